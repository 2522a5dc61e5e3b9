"""Photos."""

from app.pages.contract.operation import Operation

OPERATIONS = {
    "upload_photo": Operation(
        "上传照片",
        "upload a photo",
        "JPEG、PNG 或 WebP，最大 20 MB、5000 万像素；类型按内容判断。照片转正并去除元数据后保存，"
        "`sha256` 为所存内容的摘要。",
        "JPEG, PNG or WebP, at most 20 MB and 50 megapixels; the type is told by the content. The "
        "picture is turned upright and loses its metadata; `sha256` is of what is stored.",
    ),
    "download_photo": Operation(
        "下载照片",
        "download a photo",
        "可见该工单的人与上传者可下载。照片不会改变，`ETag` 即其 `sha256`。",
        "For those who may see its ticket, and for who uploaded it. A picture never changes: its "
        "ETag is its `sha256`.",
    ),
}

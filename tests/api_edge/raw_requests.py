"""Bytes that are a request, with what is read from them, and bytes that are none."""

HOST = b"Host: e\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST
POST = b"POST /e HTTP/1.1\r\n" + HOST
THREE = POST + b"Content-Length: 3\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
CODING = POST + b"Transfer-Encoding: %s\r\n\r\n0\r\n\r\n"
LENGTH = POST + b"Content-Length: %s\r\n\r\n0123456789"
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: e\r\nConnection: close\r\n\r\n"

TAKEN = {
    "get": (GET + b"\r\n", "GET / "),
    "length": (THREE + b"\r\nabc", "POST /e abc"),
    "no body": (POST + b"\r\n", "POST /e "),
    "CRLF after a body": (THREE + b"\r\nabc\r\n", "POST /e abc"),
    "blank lines before": (b"\r\n\r\n" + GET + b"\r\n", "GET / "),
    "get with a body": (GET + b"Content-Length: 3\r\n\r\nabc", "GET / abc"),
    "leading zeros": (LENGTH % b"0010", "POST /e 0123456789"),
    "chunks": (CHUNKED + b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", "POST /e abc0123456789"),
    "chunks of blank lines": (
        CHUNKED + b"2\r\n\r\n\r\n6\r\n\r\n\r\n\r\n\r\n0\r\n\r\n",
        "POST /e " + "\r\n" * 4,
    ),
    "chunk extension": (CHUNKED + b'3;a=b;c="d"\r\nabc\r\n0;x\r\n\r\n', "POST /e abc"),
    "trailers": (CHUNKED + b"3\r\nabc\r\n0\r\nAuthorization: x\r\nHost: f\r\n\r\n", "POST /e abc"),
    "a trailer that would close": (
        CHUNKED + b"3\r\nabc\r\n0\r\nConnection: close\r\n\r\n",
        "POST /e abc",
    ),
    "a trailer that would close, after an offer": (
        CHUNKED.replace(HOST, HOST + OFFER) + b"3\r\nabc\r\n0\r\nconnection: x, close\r\n\r\n",
        "POST /e abc",
    ),
    "end of zeros": (CHUNKED + b"3\r\nabc\r\n000\r\n\r\n", "POST /e abc"),
    "CHUNKED": (CODING % b"CHUNKED", "POST /e "),
    "no space": (GET + b"X:y\r\n\r\n", "GET / "),
    "space around values": (
        THREE.replace(b"3", b" 3 \t") + b"X: \t y \t\r\n\r\nabc",
        "POST /e abc",
    ),
    "space around a coding": (CODING % b" chunked ", "POST /e "),
    "empty values": (GET + b"X:\r\nY: \r\nZ: 1\r\n\r\n", "GET / "),
    "tab in a value": (GET + b"X: a\tb\r\n\r\n", "GET / "),
    "Latin-1 in a value": (GET + b"X: \xe9\r\n\r\n", "GET / "),
    "another name": (THREE + b"Transfer_Encoding: chunked\r\n\r\nabc", "POST /e abc"),
    "absolute form": (b"GET http://f/e?q=1 HTTP/1.1\r\n" + HOST + b"\r\n", "GET http://f/e?q=1 "),
    "asterisk": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", "OPTIONS * "),
    "two slashes": (b"GET //f/e HTTP/1.1\r\n" + HOST + b"\r\n", "GET //f/e "),
    "odd target": (
        b'GET /"<>\\^`{|}#%zz?a?b HTTP/1.1\r\n' + HOST + b"\r\n",
        'GET /"<>\\^`{|}#%zz?a?b ',
    ),
    "empty host": (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / "),
    "an upgrade": (THREE + OFFER + b"\r\nabc", "POST /e abc"),
    "an upgrade, chunks": (
        CHUNKED.replace(HOST, HOST + OFFER) + b"3\r\nabc\r\n0\r\n\r\n",
        "POST /e abc",
    ),
    "two upgrades": (
        THREE + b"Upgrade: a/1, websocket\r\nConnection: x\r\n" + OFFER + b"\r\nabc",
        "POST /e abc",
    ),
    "an upgrade without a body": (
        GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET / ",
    ),
    "half an offer": (THREE + b"Upgrade: h2c\r\n\r\nabc", "POST /e abc"),
    "connect": (b"CONNECT f:443 HTTP/1.1\r\n" + HOST + b"\r\n", "CONNECT f:443 "),
    "connect with a body": (
        b"CONNECT /e HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc",
        "CONNECT /e abc",
    ),
    "head": (b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n", "HEAD / "),
    "of WebDAV": (b"PROPFIND / HTTP/1.1\r\n" + HOST + b"\r\n", "PROPFIND / "),
    "31 KB of headers": (GET + b"X: " + b"a" * 31 * 1024 + b"\r\n\r\n", "GET / "),
}

REFUSED = {
    "bare LF": GET.replace(b"\r", b"") + b"\n",
    "bare LF after a header": GET.replace(b"e\r\n", b"e\n") + b"\r\n",
    "bare LF after the request line": GET.replace(b"1.1\r\n", b"1.1\n") + b"\r\n",
    "bare LF at the end": GET + b"\n",
    "bare CR after a header": GET.replace(b"e\r\n", b"e\r") + b"\r\n",
    "bare CR at the end": GET + b"\r",
    "two CR": GET.replace(b"e\r\n", b"e\r\r\n") + b"\r\n",
    "a folded value": GET + b"X: a\r\n b\r\n\r\n",
    "a folded coding": CODING % b"\r\n chunked",
    "a fold after the request line": GET.replace(b"Host", b" Host") + b"\r\n",
    "space before a colon": THREE.replace(b"th:", b"th :") + b"\r\nabc",
    "tab before a colon": THREE.replace(b"th:", b"th\t:") + b"\r\nabc",
    "no colon": GET + b"nothing\r\n\r\n",
    "no name": GET + b": y\r\n\r\n",
    "NUL in a value": GET + b"X: a\0b\r\n\r\n",
    "NUL in a name": GET + b"X\0: a\r\n\r\n",
    "a control character in a value": GET + b"X: a\x01b\r\n\r\n",
    "vertical tab in a value": GET + b"X: a\x0bb\r\n\r\n",
    "DEL in a value": GET + b"X: a\x7fb\r\n\r\n",
    "Latin-1 in a name": GET + b"X\xe9: y\r\n\r\n",
    "length, then coding": THREE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding, then length": CHUNKED[:-2] + b"Content-Length: 3\r\n\r\n0\r\n\r\n",
    "both, with an upgrade": THREE + OFFER + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length twice": THREE + b"Content-Length: 3\r\n\r\nabc",
    "two lengths": THREE + b"Content-Length: 4\r\n\r\nabcd",
    **{
        f"length {length!r}": LENGTH % length
        for length in (
            b"3, 3",
            b"3, 4",
            b"+5",
            b"-1",
            b"0x3",
            b"1 2",
            b"",
            b"1_0",
            b"9" * 20,
            b"9" * 25,
            b"18446744073709551616",
            "٣".encode(),
            b"3;",
            b"3.0",
        )
    },
    **{
        f"coding {coding!r}": CODING % coding
        for coding in (
            b"gzip",
            b"gzip, chunked",
            b"chunked, identity",
            b"identity",
            b"chunked, chunked",
            b"xchunked",
            b"chunked;q=1",
            b'"chunked"',
            b"\x0bchunked",
            b",chunked",
            b"chunked,",
            b"",
            b"chunked\0",
        )
    },
    "identity and length": THREE + b"Transfer-Encoding: identity\r\n\r\nabc",
    "a coding twice": CODING % b"chunked\r\nTransfer-Encoding: chunked",
    "two codings": CODING % b"chunked\r\nTransfer-Encoding: identity",
    "a coding of HTTP/1.0": (CODING % b"chunked").replace(b"1.1", b"1.0"),
    **{
        f"version {version!r}": b"GET / " + version + b"\r\n" + HOST + b"\r\n"
        for version in (
            b"HTTP/0.9",
            b"HTTP/1.2",
            b"HTTP/1.10",
            b"HTTP/2.0",
            b"HTTP/3.0",
            b"http/1.1",
            b"RTSP/1.0",
            b"ICE/1.0",
            b"HTTP/1",
            b"HTTP/1.1 ",
            b"",
        )
    },
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    "ICY": b"SOURCE / ICE/1.0\r\n" + HOST + b"\r\n",
    **{
        f"method {method!r}": method + b" / HTTP/1.1\r\n" + HOST + b"\r\n"
        for method in (
            b"BREW",
            b"get",
            b"Get",
            b"G(T",
            b"",
            b" GET",
            b"GET ",
            b"GET\t",
            b"DESCRIBE",
            b"G\0T",
        )
    },
    **{
        f"target {target!r}": b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n"
        for target in (
            b"",
            b"e",
            b"?a",
            b"/\xff",
            b"/?\xff",
            b"/\0",
            b"/\x01",
            b"/\x7f",
            b"/a\tb",
            b"/a\x0cb",
            b"/a b",
            b"/ ",
            b"/\n",
            b"/\r",
        )
    },
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": GET + HOST + b"\r\n",
    "two hosts of HTTP/1.0": (GET + HOST + b"\r\n").replace(b"1.1", b"1.0"),
    **{
        f"chunk {chunk!r}": CHUNKED + chunk + b"0\r\n\r\n"
        for chunk in (
            b"0x3\r\nabc\r\n",
            b"+3\r\nabc\r\n",
            b"-3\r\nabc\r\n",
            b"3 \r\nabc\r\n",
            b" 3\r\nabc\r\n",
            b"\r\nabc\r\n",
            b"10000000000000003\r\nabc\r\n",
            b"3\nabc\r\n",
            b"3\rabc\r\n",
            b"3\r\nabc\n",
            b"3\r\nabc",
            b"3\r\nabcd\r\n",
            b"3 ;x\r\nabc\r\n",
            b"3;x\nabc\r\n",
            b"3;\x01\r\nabc\r\n",
            b"g\r\n",
            b'3;a="b\r\nabc\r\n',
        )
    },
    **{
        f"end {end!r}": CHUNKED + b"3\r\nabc\r\n" + end
        for end in (
            b"0\r\n\n",
            b"0\n\n",
            b"0\n\r\n",
            b"0\r\nbad trailer\r\n\r\n",
            b"0\r\nX: y\n\n",
            b"0\r\nX : y\r\n\r\n",
            b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"0\r\nContent-Length: 30\r\n\r\n",
        )
    },
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a response": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}

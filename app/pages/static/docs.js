SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#contract",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
  tryItOutEnabled: true,
});

SwaggerUIBundle({
  url: "openapi.json?lang=" + document.documentElement.lang,
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

// The reference page and the document behind it, without a request to any other host.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Request, type Response, Router } from 'express';
import helmet from 'helmet';
import { write } from './answer.ts';
import { openApiDocument } from './openapi.ts';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Duewell API reference</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

const files = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** Swagger UI sets styles on elements and draws its icons from data URLs; everything else is our own. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

export function docsRoutes(publicUrl: string): Router {
  const router = Router();
  const document = JSON.stringify(openApiDocument(publicUrl));
  router.get('/openapi.json', (_request: Request, response: Response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    write(response, { status: 200, body: document });
  });
  router.use('/docs', helmet.contentSecurityPolicy(contentSecurityPolicy));
  router.get('/docs', (_request: Request, response: Response) => {
    write(response, { status: 200, body: page }, 'text/html');
  });
  router.get('/docs/start.js', (_request: Request, response: Response) => {
    write(response, { status: 200, body: start }, 'text/javascript');
  });
  const serve = express.static(assets, { index: false, dotfiles: 'ignore', redirect: false });
  router.get(
    files.map((file) => `/docs/${file}`),
    (request: Request, response: Response, next) => {
      request.url = request.path.replace('/docs', '');
      serve(request, response, next);
    },
  );
  return router;
}

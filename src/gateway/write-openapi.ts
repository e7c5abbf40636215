// A script: writes docs/openapi.json. Run it after a change of routes or schemas.
import { writeFile } from 'node:fs/promises';
import { openApiText } from './openapi.ts';

await writeFile(new URL('../../docs/openapi.json', import.meta.url), openApiText());

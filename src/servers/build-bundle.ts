// Last step of the build: puts the workflow bundle beside the compiled program.
import { mkdir } from 'node:fs/promises';
import { readConfig } from '../config.ts';
import { createLogger } from '../logging.ts';
import { writeBundle } from './bundle.ts';

await mkdir('dist', { recursive: true });
await writeBundle('dist/workflow-bundle.js', createLogger(readConfig()));

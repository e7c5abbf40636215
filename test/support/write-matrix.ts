// `npm run matrix`: starts a product of its own, asks it every command in every status, and writes docs/matrix.md.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerMatrix, matrixPage } from './e2e-matrix.ts';
import { newOrganization } from './e2e-organization.ts';
import { startProduct } from './product.ts';

const data = await mkdtemp(join(tmpdir(), 'duewell-matrix-'));
const product = await startProduct(data, { DUEWELL_RATE_LIMIT: '1000000' });
try {
  const page = matrixPage(await answerMatrix(await newOrganization(product.credentials)));
  await writeFile(new URL('../../docs/matrix.md', import.meta.url), page);
  console.log(page);
} finally {
  await product.end('SIGTERM');
  await rm(data, { recursive: true, force: true });
}

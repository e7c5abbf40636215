// Every command in every status: the answers of the documentation, told beforehand, and no trace of a refusal.
import { readFileSync } from 'node:fs';
import { answerMatrix, type Cell, matrixPage } from '../support/e2e-matrix.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

let cells: Cell[];
beforeAll(async () => {
  cells = await answerMatrix(await ownOrganization());
}, 180_000);

it('answers as the documentation prints it', () => {
  expect(matrixPage(cells)).toBe(readFileSync(new URL('../../docs/matrix.md', import.meta.url), 'utf8'));
});

it('tells beforehand what it then answers', () => {
  // A void of what was paid is told as allowed, with what it requires; without that it is refused.
  const plain = cells.filter(({ command, answer }) => command !== 'void' || !answer.includes('net_paid'));
  const surprises = plain.filter(({ command, answer, told }) => {
    const [status = '', word] = answer.split(' ');
    if (command.includes(' ')) return false;
    return Number(status) < 400 ? told !== null : told !== word;
  });
  expect(surprises).toEqual([]);
});

it('leaves version and books as they were when it refuses', () => {
  const refused = cells.filter(({ answer }) => Number(answer.slice(0, 3)) >= 400);
  expect(refused.length).toBeGreaterThan(50);
  expect(refused.filter(({ untouched }) => !untouched)).toEqual([]);
});

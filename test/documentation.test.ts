import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generated, pathOf, standing } from './support/generated-docs.ts';

const root = pathOf('.');
const documents = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md']
  .concat(readdirSync(join(root, '.github')).map((name) => `.github/${name}`))
  .concat(readdirSync(join(root, 'docs')).map((name) => `docs/${name}`))
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Without code, in which a `#` is a comment. */
function prose(text: string): string {
  return text.replace(/^ *```[^]*?^ *```$/gm, '');
}

const { scripts, version } = JSON.parse(textOf('package.json')) as {
  scripts: Record<string, string>;
  version: string;
};

describe('the documentation', () => {
  it.each(generated)('has $name in $file as the code has it; `npm run docs` writes it', (part) => {
    expect(standing(part)).toBe(part.content());
  });

  it.each(documents)('has one title in $file', ({ text }) => {
    expect(prose(text).match(/^# .+$/gm)).toHaveLength(1);
  });

  it.each(documents)('links in $file to files that exist', ({ file, text }) => {
    const targets = [...prose(text).matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(
      ([, target]) => target ?? '',
    );
    const missing = targets.filter((target) => !existsSync(join(root, dirname(file), target)));
    expect(missing).toEqual([]);
  });

  it.each(documents)('names in $file only scripts that exist', ({ text }) => {
    const named = [...text.matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('explains every variable of the configuration in the README, and no other', () => {
    const config = textOf('src/config.ts');
    const table = /## Configuration\n([^]*?)\n## /.exec(textOf('README.md'))?.[1] ?? '';
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const explained = rows.flatMap((row) => row.split('|')[1]?.match(/[A-Z][A-Z0-9_]+(?=`)/g) ?? []);
    const read = [...config.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name ?? '');
    expect(explained.toSorted()).toEqual(read.toSorted());
  });

  it('has every folder of the sources in the code map', () => {
    const map = textOf('ARCHITECTURE.md');
    const folders = ['src', 'activities', 'test']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => `${folder}/${entry.name}`),
      )
      .concat('workflows', 'bench');
    expect(folders.filter((folder) => !map.includes(`\`${folder}/`))).toEqual([]);
  });

  it('tells what the released version changed', () => {
    expect(textOf('CHANGELOG.md')).toContain(`\n## ${version}`);
  });
});

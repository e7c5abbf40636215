// The rules of the repository that no other tool checks. Each ban says what to write instead.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rejectionCodes } from '../src/domain/rejection.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

type Ban = {
  name: string;
  within: RegExp;
  except?: RegExp;
  pattern: RegExp;
  instead: string;
  /** A line that the ban must catch. */
  example: string;
};

const product = /^(src|workflows|activities)\//;
const domain = /^src\/domain\//;
const tests = /^test\//;

const bans: readonly Ban[] = [
  {
    name: 'the environment',
    within: product,
    except: /^src\/(config|start|gateway|worker|setup|demo)\.ts$/,
    pattern: /process\.env/,
    instead: 'take it from the configuration that src/config.ts has read',
    example: "const port = process.env['PORT'];",
  },
  {
    name: 'the clock',
    within: domain,
    pattern: /Date\.now\(|new Date\(\)/,
    instead: 'take the instant as an argument',
    example: 'const now = Date.now();',
  },
  {
    name: 'chance',
    within: domain,
    pattern: /Math\.random\(/,
    instead: 'derive the value, or take it as an argument',
    example: 'const id = Math.random();',
  },
  {
    name: 'floating money',
    within: domain,
    pattern: /parseFloat\(|\.toFixed\(/,
    instead: 'use money.ts: integer minor units',
    example: 'const amount = total.toFixed(2);',
  },
  {
    name: 'unfinished work',
    within: /./,
    pattern: /\b(?:TO[D]O|FIX[M]E|HA[C]K)\b/,
    instead: 'do it now, or write it down where issues are kept',
    example: `// ${'TO'}DO later`,
  },
  {
    name: 'a test that is left out or runs alone',
    within: tests,
    pattern: /\b(?:it|test|describe)\.(?:only|skip|todo|failing)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(/,
    instead: 'run it, or delete it',
    example: `it.${'only'}('works', () => undefined);`,
  },
  {
    name: 'sleeping in a test',
    within: tests,
    pattern: /new Promise\([^)]*\)? => setTimeout|timers\/promises/,
    instead: 'wait for the event itself, or skip time',
    example: 'await new Promise((done) => setTimeout(done, 500));',
  },
];

const folders = ['src', 'workflows', 'activities', 'test', 'bench'];

function sources(): { path: string; text: string }[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') })),
    );
}

function offences(ban: Ban, path: string, text: string): string[] {
  if (!ban.within.test(path) || ban.except?.test(path)) return [];
  return text
    .split('\n')
    .flatMap((line, index) =>
      ban.pattern.test(line) ? [`${path}:${index + 1} ${line.trim()} — ${ban.instead}`] : [],
    );
}

const files = sources().filter(({ path }) => path !== 'test/tidy.test.ts');

describe.each(bans)('$name', (ban) => {
  it('is nowhere in the sources', () => {
    expect(files.flatMap(({ path, text }) => offences(ban, path, text))).toEqual([]);
  });

  it('would be noticed', () => {
    const place = ban.within === tests ? 'test/x.ts' : 'src/domain/x.ts';
    expect(offences(ban, place, ban.example)).toHaveLength(1);
  });
});

describe('the repository', () => {
  it('has no source file above 300 lines', () => {
    const long = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  it('opens every file but a test, whose names say it, with what the file owns', () => {
    const silent = files.filter(({ path, text }) => !path.endsWith('.test.ts') && !/^(\/\/|\/\*)/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('shows every variable of the configuration in .env.example, and no other', () => {
    const config = readFileSync(join(root, 'src/config.ts'), 'utf8');
    const example = readFileSync(join(root, '.env.example'), 'utf8');
    const names = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, name]) => name ?? '').toSorted();
    expect(names(example, /^#? ?([A-Z][A-Z0-9_]+)=/gm)).toEqual(names(config, /^ {2}([A-Z][A-Z0-9_]+):/gm));
  });

  it('uses every refusal code', () => {
    const used = files
      .filter(({ path }) => product.test(path) && path !== 'src/domain/rejection.ts')
      .map(({ text }) => text)
      .join('\n');
    expect(rejectionCodes.filter((code) => !new RegExp(`['"]${code}['"]`).test(used))).toEqual([]);
  });

  it('keeps its root to the allowed names', () => {
    // The last three are made on a machine and never committed.
    const allowed = `package.json package-lock.json tsconfig.json docker-compose.yml Dockerfile README.md
      ARCHITECTURE.md CHANGELOG.md LICENSE src workflows activities test bench docs
      node_modules dist coverage`.split(/\s+/);
    const strange = readdirSync(root).filter((name) => !name.startsWith('.') && !allowed.includes(name));
    expect(strange).toEqual([]);
  });
});

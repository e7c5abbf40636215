// CSV cells: quoted as RFC 4180 has it, and no text is a formula.
import { csv } from '../../src/gateway/csv.ts';

const one = (value: string | number | boolean | null) => csv({ columns: ['x'], rows: [[value]] }).slice(3);

test.each([
  ['plain', 'plain\r\n'],
  ['a,b', '"a,b"\r\n'],
  ['say "hi"', '"say ""hi"""\r\n'],
  ['two\nlines', '"two\nlines"\r\n'],
  ['two\r\nlines', '"two\r\nlines"\r\n'],
  ['naïve — ünïcode 💶', 'naïve — ünïcode 💶\r\n'],
  ['', '\r\n'],
  [null, '\r\n'],
  [true, 'true\r\n'],
  [0, '0\r\n'],
  [-5_115, '-5115\r\n'],
  ['=1+1', "'=1+1\r\n"],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"\r\n'],
  ['+1', "'+1\r\n"],
  ['-1', "'-1\r\n"],
  ['@SUM(A1)', "'@SUM(A1)\r\n"],
  ['\t=1', "'\t=1\r\n"],
  ['\r=1', '"\'\r=1"\r\n'],
  ['＝1', "'＝1\r\n"],
  ['a=1', 'a=1\r\n'],
])('%j is written %j', (value, written) => {
  expect(one(value)).toBe(written);
});

test('a table without rows is its names', () => {
  expect(csv({ columns: ['a', 'b_cents'], rows: [] })).toBe('a,b_cents\r\n');
});

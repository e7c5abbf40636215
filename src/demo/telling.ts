// How the story is told to people: lines and tables as text. Pure.
import type { Colors } from 'picocolors/types.js';
import type { Ending } from './ending.ts';
import { wallTime } from './ending.ts';
import type { Announcement, Scene } from './memory.ts';
import type { Entry, Taken } from './shapes.ts';
import { money } from './story.ts';

const askedWidth = 54;
const wordWidth = 14;

export function heading(colors: Colors, organization: string): string {
  return [
    colors.bold(`The life of one invoice, in the organization "${organization}"`),
    colors.dim('Time is its test clock (New York); mail and texts go to the built-in mailbox and sandbox.'),
    '',
    colors.dim(line('virtual time', 'what was asked', 'people see', 'due')),
  ].join('\n');
}

function line(time: string, asked: string, word: string, due: string): string {
  return `${time.padEnd(16)}  ${asked.padEnd(askedWidth)}  ${word.padEnd(wordWidth)}  ${due.padStart(8)}`;
}

export function sceneLines(colors: Colors, scene: Scene): string {
  const { localTime, asked, word, amountDue, notes } = scene;
  const told = line(localTime, asked, '\u0000', money(amountDue)).replace(
    '\u0000'.padEnd(wordWidth),
    colors.cyan(word.padEnd(wordWidth)),
  );
  return [told, ...notes.map((note) => colors.dim(`${' '.repeat(18)}${note}`))].join('\n');
}

function cents(amount: number): string {
  return (amount === 0 ? '' : money(amount)).padStart(10);
}

function bookLines(colors: Colors, entries: readonly Entry[], books: Ending['books']): string[] {
  const row = (date: string, account: string, debit: string, credit: string) =>
    `  ${date.padEnd(10)}  ${account.padEnd(34)}${debit.padStart(10)}${credit.padStart(10)}`;
  const lines = entries.flatMap((entry) =>
    entry.lines.map((one, index) => {
      const name = `${one.account_code} ${one.account_name}${one.label === null ? '' : ` (${one.label})`}`;
      return row(index === 0 ? entry.date : '', name, cents(one.debit_cents), cents(one.credit_cents));
    }),
  );
  const verdict = books.balanced
    ? `Every entry balances; accounts receivable is ${money(books.receivable)}, which is what is due.`
    : `The books do not balance: accounts receivable is ${money(books.receivable)}.`;
  return [
    colors.bold('The books'),
    colors.dim(row('date', 'account', 'debit', 'credit')),
    ...lines,
    row('', 'total', cents(books.debit), cents(books.credit)),
    `  ${verdict}`,
  ];
}

function firstLine(text: string): string {
  const [first = ''] = text.trim().split('\n');
  return first;
}

function messageLines(colors: Colors, messages: readonly Taken[]): string[] {
  return [
    colors.bold('Mails and texts'),
    ...messages.map(({ at, channel, to, subject, text }) => {
      return `  ${wallTime(at)}  ${channel.padEnd(5)}  ${to.join(', ')}  ${subject ?? firstLine(text)}`;
    }),
  ];
}

export function nameOf({ kind, stepId, occurrence, amount, channel }: Announcement): string {
  if (kind === 'reminder') return `reminder ${stepId} (${channel})`;
  if (kind === 'late_fee') return `late fee ${occurrence}${amount === null ? '' : ` of ${money(amount)}`}`;
  return kind;
}

function timelineLines(colors: Colors, ending: Ending): string[] {
  const { comparison, surprises, cancelled } = ending;
  const row = (what: string, announced: string, happened: string) =>
    `  ${what.padEnd(30)}  ${announced.padEnd(16)}  ${happened}`;
  const happened = ({ announced, happened: found }: Ending['comparison'][number]) => {
    if (found === null) return 'did not happen';
    return found.uncertain ? `${wallTime(announced.at)}, the answer was lost` : wallTime(found.at);
  };
  return [
    colors.bold('The timeline'),
    colors.dim(row('what', 'announced for', 'happened')),
    ...comparison.map((one) => row(nameOf(one.announced), wallTime(one.announced.at), happened(one))),
    ...surprises.map((one) => row(nameOf(one), 'not announced', wallTime(one.at))),
    ...cancelled.map((one) => row(nameOf(one), wallTime(one.at), 'cancelled: the invoice is paid')),
  ];
}

function linkLines(colors: Colors, links: Ending['links'], keyFile: string): string[] {
  const width = Math.max(...Object.keys(links).map((name) => name.length));
  return [
    colors.bold('Look for yourself'),
    ...Object.entries(links).map(([name, url]) => `  ${name.padEnd(width)}  ${colors.cyan(url)}`),
    colors.dim(`  The API wants the key of the story's organization: it is in ${keyFile}.`),
  ];
}

export function endingLines(colors: Colors, ending: Ending, keyFile: string): string {
  const verdict =
    ending.faults.length === 0
      ? colors.green('Paid, the books balance, and what was announced is what happened.')
      : colors.red(`Something is wrong: ${ending.faults.join('; ')}.`);
  return [
    '',
    ...bookLines(colors, ending.entries, ending.books),
    '',
    ...messageLines(colors, ending.messages),
    '',
    ...timelineLines(colors, ending),
    '',
    ...linkLines(colors, ending.links, keyFile),
    '',
    verdict,
  ].join('\n');
}

/** The story for programs. It has no key in it. */
export function endingJson(ending: Ending): string {
  const { storyId, organizationId, invoiceId, scenes, entries, books, messages, links, faults } = ending;
  const told = {
    story: storyId,
    organization_id: organizationId,
    invoice_id: invoiceId,
    steps: scenes.map(({ step, localTime, asked, word, amountDue, notes }) => {
      return { step, local_time: localTime, asked, display_status: word, amount_due_cents: amountDue, notes };
    }),
    books: {
      entries,
      debit_cents: books.debit,
      credit_cents: books.credit,
      receivable_cents: books.receivable,
      balanced: books.balanced,
    },
    messages,
    timeline: {
      announced: ending.comparison.map(({ announced }) => announced),
      happened: ending.comparison.map(({ happened }) => happened),
      not_announced: ending.surprises,
      cancelled: ending.cancelled,
    },
    links,
    faults,
  };
  return JSON.stringify(told, null, 2);
}

import pc from 'picocolors';
import type { Ending } from '../../src/demo/ending.ts';
import { endingJson, endingLines, sceneLines } from '../../src/demo/telling.ts';

const plain = pc.createColors(false);

const ending: Ending = {
  storyId: 'story',
  organizationId: 'organization',
  invoiceId: 'invoice',
  scenes: [],
  entries: [],
  books: { debit: 5_885, credit: 5_885, receivable: 0, balanced: true },
  messages: [],
  comparison: [
    {
      announced: {
        at: '2026-12-05T14:00:00.000Z',
        kind: 'reminder',
        stepId: 'before_3',
        occurrence: 1,
        amount: null,
        channel: 'email',
      },
      happened: null,
    },
  ],
  surprises: [],
  cancelled: [],
  links: { Mailbox: 'http://127.0.0.1:3000/mailbox' },
  faults: [],
};

describe('a line of the story', () => {
  const scene = {
    step: 'sent',
    localTime: '2026-12-01 12:00',
    asked: 'send it',
    word: 'sent',
    amountDue: 5_885,
    notes: ['Issued as TEST-0001.'],
  };

  it('has the virtual time, what was asked, the word people see and the amount due', () => {
    expect(sceneLines(plain, scene)).toMatch(
      /^2026-12-01 12:00 +send it +sent +\$58\.85\n +Issued as TEST-0001\.$/,
    );
  });

  it('has colours only where it is told to', () => {
    const escape = String.fromCodePoint(27);
    expect(sceneLines(plain, scene)).not.toContain(escape);
    expect(sceneLines(pc.createColors(true), scene)).toContain(escape);
  });
});

describe('the end of the story', () => {
  it('says that all is well, or what is not', () => {
    expect(endingLines(plain, ending, 'key.json')).toMatch(/Paid, the books balance.*happened\.$/);
    const faulty = { ...ending, faults: ['the books do not balance'] };
    expect(endingLines(plain, faulty, 'key.json')).toMatch(/Something is wrong: the books do not balance\.$/);
  });

  it('shows what was announced and did not happen', () => {
    expect(endingLines(plain, ending, 'key.json')).toMatch(
      /reminder before_3 \(email\) +2026-12-05 09:00 +did not happen/,
    );
  });

  it('is one JSON document for programs', () => {
    expect(JSON.parse(endingJson(ending))).toMatchObject({
      story: 'story',
      books: { balanced: true, receivable_cents: 0 },
      links: { Mailbox: 'http://127.0.0.1:3000/mailbox' },
      faults: [],
    });
  });
});

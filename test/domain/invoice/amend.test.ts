import { nextAction } from '../../../src/domain/invoice/agenda.ts';
import type { LateFeeTerms } from '../../../src/domain/invoice/invoice.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import {
  after,
  create,
  created,
  draft,
  given,
  openStory,
  pay,
  priced,
  refusal,
  step,
  type Story,
  terms,
  voidIt,
  wake,
  when,
} from '../given.ts';
import { waive, writeOff } from '../money-commands.ts';
import { attach, dispute, schedule, setLateFees, setReminders } from '../plan-commands.ts';

const now = '2026-04-11T12:00:00.000Z';
const file = { fileId: 'file-1', name: 'terms.pdf', type: 'application/pdf', size: 10 };
const document = priced(10_000, { dueDate: '2026-04-01' });
const open = openStory(document);
const fees = ({ invoice }: Story) => invoice.lateFees.map((fee) => [fee.occurrence, fee.amount, fee.date]);
const rows = ({ invoice }: Story) =>
  invoice.reminders.map((row) => [row.stepId, row.occurrence, row.plannedAt.slice(0, 10), row.status]);

describe('attach', () => {
  it.each([
    ['a draft', given(created(draft()))],
    ['an open invoice', open.invoice],
    ['a paid one', after(open, pay(), now).invoice],
    ['a void', after(open, voidIt, now).invoice],
    ['bad debt', after(open, writeOff, now).invoice],
  ])('adds to what is attached to %s', (_, invoice) => {
    const story = after(
      after({ invoice, entries: [] }, attach(file), now),
      attach({ ...file, name: 'b' }),
      now,
    );
    expect(story.invoice.attachments).toEqual([file, { ...file, name: 'b' }]);
    expect(story.invoice.status).toBe(invoice.status);
  });

  it('of nothing, and of more than twenty in all, is refused', () => {
    const twenty = after(open, attach(...Array.from({ length: 20 }, () => file)), now);
    expect(twenty.invoice.attachments).toHaveLength(20);
    for (const answer of [refusal(open.invoice, attach()), refusal(twenty.invoice, attach(file))]) {
      expect(answer).toMatchObject({ rejected: 'invalid_value', pointer: '/attachments' });
    }
  });

  it('of a deleted draft is refused', () => {
    const gone = after(after(null, create()), { name: 'delete' });
    expect(refusal(gone.invoice, attach(file)).rejected).toBe('already_deleted');
  });
});

describe('late-fee terms that are set', () => {
  const daily = terms({ interval: 'day', value: 100 });

  it('on a draft, or what is scheduled, are those it is issued with', () => {
    const drafted = after(after(null, create({ draft: document })), setLateFees(daily));
    expect(drafted.invoice.lateFeeTerms).toEqual(daily);
    const scheduled = after(drafted, schedule('2026-03-10T09:00'));
    const story = wake(after(scheduled, setLateFees(terms())), '2026-03-10T09:00:00.000Z');
    expect(fees(wake(story, '2026-04-05T00:00:00.000Z'))).toEqual([[1, 1000, '2026-04-02']]);
  });

  it.each([
    // interval, grace, set at, the first fee
    ['day', 0, '2026-03-05T10:00:00.000Z', '2026-04-02'],
    ['day', 0, '2026-04-11T12:00:00.000Z', '2026-04-12'],
    ['day', 0, '2026-04-11T00:00:00.000Z', '2026-04-12'], // this very instant is no time to come
    ['day', 0, '2026-04-10T23:59:59.999Z', '2026-04-11'],
    ['week', 0, '2026-04-11T12:00:00.000Z', '2026-04-16'], // every seventh day from the due date on
    ['month', 0, '2026-04-11T12:00:00.000Z', '2026-05-02'],
    ['day', 15, '2026-04-11T12:00:00.000Z', '2026-04-17'],
  ] as const)('every %s with %i days of grace, at %s, begin on %s', (interval, graceDays, at, date) => {
    const story = after(wake(open, at), setLateFees({ ...daily, interval, graceDays }), at);
    const item = nextAction(wake(story, at).invoice);
    const [first] = wake(story, '2026-06-30T00:00:00.000Z').invoice.lateFees;
    expect(first).toMatchObject({ occurrence: 1, date });
    expect(item?.kind === 'late_fee' ? item.at.slice(0, 10) : date).toBe(date);
  });

  it('of a fee that comes once, whose time has passed, never charge any', () => {
    const story = after(wake(open, now), setLateFees(terms()), now);
    expect(fees(wake(story, '2027-01-01T00:00:00.000Z'))).toEqual([]);
  });

  it('go on counting after the fees there were, and leave those alone', () => {
    const weekly = wake(
      openStory({ ...document, lateFeeTerms: terms({ interval: 'week' }) }),
      '2026-04-09T12:00:00.000Z',
    );
    const story = after(weekly, setLateFees(daily), '2026-04-09T12:00:00.000Z');
    expect(fees(wake(story, '2026-04-11T00:00:00.000Z'))).toEqual([
      [1, 1000, '2026-04-02'],
      [2, 1000, '2026-04-09'],
      [3, 100, '2026-04-10'],
      [4, 100, '2026-04-11'],
    ]);
    const back = after(
      wake(story, '2026-04-11T00:00:00.000Z'),
      setLateFees(terms({ interval: 'week' })),
      now,
    );
    expect(fees(wake(back, '2026-04-16T00:00:00.000Z')).at(-1)).toEqual([5, 1000, '2026-04-16']);
  });

  it('taken away end the plan, and set again begin anew', () => {
    const weekly = wake(openStory({ ...document, lateFeeTerms: terms({ interval: 'week' }) }), now);
    const without = after(weekly, setLateFees(null), now);
    expect(turnOfTime(without.invoice, '2026-05-01T00:00:00.000Z').events).toEqual([]);
    const again = after(without, setLateFees(daily), '2026-05-01T00:00:00.000Z');
    expect(fees(wake(again, '2026-05-02T00:00:00.000Z')).at(-1)).toEqual([3, 100, '2026-05-02']);
  });

  it('as they are change nothing', () => {
    const story = openStory({ ...document, lateFeeTerms: daily });
    expect(when(story.invoice, setLateFees({ ...daily }))).toMatchObject({ events: [] });
    expect(when(open.invoice, setLateFees(null))).toMatchObject({ events: [] });
  });

  it('on what is closed are refused', () => {
    expect(refusal(after(open, pay(), now).invoice, setLateFees(daily), now).rejected).toBe('already_paid');
  });
});

describe('no fee is charged afterwards', () => {
  const charged = (change: Partial<LateFeeTerms>) =>
    wake(openStory({ ...document, lateFeeTerms: terms({ interval: 'day', ...change }) }), now);

  it('for the days on which the cap was met, when a waiver makes room', () => {
    const capped = charged({ cap: 2000 });
    expect(fees(capped).map((row) => row[2])).toEqual(['2026-04-02', '2026-04-03']);
    const waived = after(capped, waive(1), now);
    expect(fees(wake(waived, now))).toHaveLength(2);
    expect(fees(wake(waived, '2026-04-12T00:00:00.000Z')).at(-1)).toEqual([11, 1000, '2026-04-12']);
  });

  it('for the days on which no principal was due, when a payment is taken back', () => {
    const late = wake(
      openStory({ ...document, lateFeeTerms: terms({ type: 'percentage', value: '10', interval: 'day' }) }),
      '2026-04-02T12:00:00.000Z',
    );
    const paid = after(late, pay(10_000), '2026-04-02T12:00:00.000Z');
    expect(fees(wake(paid, now))).toHaveLength(1);
    const paymentId = paid.invoice.payments[0]?.id ?? '';
    const back = after(wake(paid, now), { name: 'reversePayment', paymentId, reason: null }, now);
    expect(fees(wake(back, now))).toHaveLength(1);
    expect(fees(wake(back, '2026-04-12T00:00:00.000Z')).at(-1)).toEqual([11, 1000, '2026-04-12']);
  });

  it('for the days on which it was paid', () => {
    const late = charged({});
    const paid = after(late, pay(), now);
    const paymentId = paid.invoice.payments[0]?.id ?? '';
    const at = '2026-05-11T12:00:00.000Z';
    const back = after(paid, { name: 'reversePayment', paymentId, reason: null }, at);
    expect(fees(wake(back, at))).toHaveLength(10);
    expect(fees(wake(back, '2026-05-12T00:00:00.000Z')).at(-1)).toEqual([41, 1000, '2026-05-12']);
  });

  it('for a fee that a hold passed over, when the terms are set again', () => {
    const held = wake(after(open, dispute(), '2026-04-01T10:00:00.000Z'), now);
    const story = after(held, setLateFees(terms({ interval: 'day' })), now);
    expect(wake(story, '2026-04-13T00:00:00.000Z').invoice.skippedFees).toMatchObject([
      { occurrence: 1, at: '2026-04-12T00:00:00.000Z' },
      { occurrence: 2, at: '2026-04-13T00:00:00.000Z' },
    ]);
  });
});

describe('reminder steps that are set', () => {
  const steps = [step({ id: 'due' }), step({ id: 'later', offsetDays: 20 })];
  const late = wake(openStory({ ...document, reminderSteps: steps }), '2026-04-01T09:00:00.000Z');

  it('on a draft are those it is issued with', () => {
    const story = after(after(null, create({ draft: document })), setReminders(...steps));
    expect(story.invoice).toMatchObject({ reminderSteps: steps, reminders: [] });
    const issued = after(story, { name: 'send', deliver: false });
    expect(rows(issued).map((row) => row[0])).toEqual(['due', 'later']);
  });

  it('on an open invoice replace what is still to come, and leave what went out', () => {
    const story = after(
      late,
      setReminders(step({ id: 'due', offsetDays: 12 }), step({ id: 'x', offsetDays: 5 })),
      now,
    );
    expect(rows(story)).toEqual([
      ['due', 1, '2026-04-01', 'PLANNED'],
      ['x', 1, '2026-04-06', 'SKIPPED'],
      ['due', 2, '2026-04-13', 'PLANNED'],
    ]);
    expect(story.invoice.reminders[1]?.reason).toBe('before_change');
    expect(wake(story, '2026-04-13T09:00:00.000Z').invoice.messages.map((one) => one.id)).toEqual([
      'invoice-1:due:1:email',
      'invoice-1:due:2:email',
    ]);
  });

  it('taken away leave what went out', () => {
    expect(rows(after(late, setReminders(), now))).toEqual([['due', 1, '2026-04-01', 'PLANNED']]);
  });

  it('never use an occurrence twice, however often they are set', () => {
    let story = late;
    for (const offsetDays of [11, 12, 13]) {
      story = after(story, setReminders(step({ offsetDays })), now);
      story = after(story, setReminders(), now);
    }
    story = after(story, setReminders(step({ offsetDays: 11 })), now);
    story = wake(story, '2026-04-12T09:00:00.000Z');
    story = after(story, setReminders(step({ offsetDays: 12 })), '2026-04-12T10:00:00.000Z');
    story = wake(story, '2026-04-13T09:00:00.000Z');
    const ids = story.invoice.messages.map((one) => one.id);
    expect(ids).toEqual(['invoice-1:due:1:email', 'invoice-1:due:2:email', 'invoice-1:due:3:email']);
  });

  it('keep a step that was replaced by hand from coming again at its time', () => {
    const replaced = after(late, { name: 'remind', channel: 'email' }, '2026-04-20T12:00:00.000Z');
    expect(rows(replaced).at(-1)).toEqual(['later', 1, '2026-04-21', 'SKIPPED']);
    const set = after(
      replaced,
      setReminders(...steps, step({ id: 'x', offsetDays: 30 })),
      '2026-04-20T12:00:00.000Z',
    );
    expect(rows(set).slice(1)).toEqual([
      ['later', 1, '2026-04-21', 'SKIPPED'],
      ['x', 1, '2026-05-01', 'PLANNED'],
    ]);
  });

  it('as they are change nothing', () => {
    expect(when(late.invoice, setReminders(...steps), now)).toMatchObject({ events: [] });
  });
});

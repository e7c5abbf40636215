// What is done when every reminder has passed: when it comes, what it waits for, and that it comes once.
import type { FinalAction, Invoice, Policy } from '../../../src/domain/invoice/invoice.ts';
import { amountDue } from '../../../src/domain/invoice/invoice.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { after, openStory, pay, policy, priced, start, step, type Story, terms, wake } from '../given.ts';

const of = (finalAction: FinalAction, change: Partial<Policy> = {}): Policy => ({
  ...policy,
  finalAction,
  ...change,
});
const task: FinalAction = { action: 'task', afterDays: 1 };
const writesOff: FinalAction = { action: 'uncollectible', afterDays: 1 };
const steps = [step({ id: 'last', offsetDays: 14, localTime: '10:30' }), step()];
const document = priced(5115, { dueDate: '2026-04-01', reminderSteps: steps });
const lastStep = '2026-04-15T10:30:00.000Z';
const at = '2026-04-16T10:30:00.000Z';
const story = (finalAction: FinalAction = task, change: Partial<Policy> = {}) =>
  openStory(document, start, of(finalAction, change));
/** Woken on time for everything up to the last step. */
const reminded = (begun: Story) => wake(wake(begun, '2026-04-01T09:00:00.000Z'), lastStep);
const told = ({ invoice }: Story, now?: string) =>
  timeline(invoice, now)
    .entries.filter(({ kind }) => kind === 'final_action')
    .map((entry) => [entry.at, entry.status, entry.reason]);
const hold = (until: string | null) => ({ name: 'hold', kind: 'dispute', until, note: null }) as const;

describe('the final action', () => {
  it.each([
    [1, at],
    [14, '2026-04-29T10:30:00.000Z'],
  ])('comes %i days after the last step, at the hour of that step', (afterDays, when) => {
    const begun = story({ action: 'task', afterDays });
    expect(begun.invoice.finalActionAt).toBe(when);
    expect(told(begun)).toEqual([[when, 'planned', 'task']]);
  });

  it('goes by the clock of the invoice', () => {
    const berlin = openStory(
      { ...document, dueDate: '2026-03-14', timeZone: 'Europe/Berlin' },
      start,
      of(task),
    );
    // The last step is on the eve of summer time.
    expect(berlin.invoice.reminders.at(-1)?.plannedAt).toBe('2026-03-28T09:30:00.000Z');
    expect(berlin.invoice.finalActionAt).toBe('2026-03-29T08:30:00.000Z');
  });

  it.each(['task', 'webhook'] as const)(
    'is an event of its own where it is a %s, and comes once',
    (action) => {
      const done = wake(reminded(story({ action, afterDays: 1 })), at);
      expect(done.invoice).toMatchObject({ status: 'open', finalActionAt: null });
      expect(told(done)).toEqual([[at, 'done', action]]);
      expect(turnOfTime(done.invoice, '2027-01-01T00:00:00.000Z').events.map(({ type }) => type)).toEqual([]);
    },
  );

  it('writes off what is due, at its own time, and the plan ends there', () => {
    const withFees = { ...document, lateFeeTerms: terms({ interval: 'week' as const }) };
    const begun = openStory(withFees, start, of(writesOff));
    const { events } = turnOfTime(reminded(begun).invoice, '2026-06-01T00:00:00.000Z');
    expect(events.slice(-2)).toEqual([
      expect.objectContaining({ type: 'invoice.final_action', action: 'uncollectible', at }),
      expect.objectContaining({ type: 'invoice.written_off', amount: 8115, reason: 'final_action', at }),
    ]);
    const { invoice, entries } = wake(reminded(begun), '2026-06-01T00:00:00.000Z');
    const last = (of: Invoice) =>
      timeline(of).entries.flatMap((entry) =>
        entry.at === at ? [[entry.kind, entry.reason, entry.amount]] : [],
      );
    expect(last(begun.invoice)).toEqual([
      ['final_action', 'uncollectible', null],
      ['command', 'write_off', 8115],
    ]);
    expect(last(invoice)).toEqual(last(begun.invoice));
    expect(invoice).toMatchObject({ status: 'uncollectible', writtenOff: 8115 });
    expect(amountDue(invoice)).toBe(0);
    expect(invoice.lateFees.map(({ date }) => date)).toEqual(['2026-04-02', '2026-04-09', '2026-04-16']);
    expect(entries.at(-1)).toMatchObject({ type: 'written_off', date: '2026-04-16' });
  });

  it('does not come where nothing is due any more, nor where there is no step or none is wanted', () => {
    const paid = after(reminded(story(writesOff)), pay(), '2026-04-15T12:00:00.000Z');
    expect(turnOfTime(paid.invoice, at).events).toEqual([]);
    expect(told(paid)).toEqual([]);
    expect(openStory({ ...document, reminderSteps: [] }, start, of(task)).invoice.finalActionAt).toBeNull();
    expect(openStory(document).invoice.finalActionAt).toBeNull();
  });

  it('does not come at once on an invoice that is issued when its time has passed', () => {
    const late = openStory(
      { ...document, issueDate: '2026-03-02' },
      '2026-04-20T00:00:00.000Z',
      of(writesOff),
    );
    expect(late.invoice.finalActionAt).toBeNull();
  });
});

describe('a hold', () => {
  const held = (until: string | null) => after(reminded(story()), hold(until), '2026-04-15T12:00:00.000Z');

  it('keeps it back until it ends, and then it comes at once', () => {
    const begun = held('2026-04-20');
    const end = '2026-04-21T00:00:00.000Z';
    expect(told(begun)).toEqual([[end, 'planned', 'task']]);
    expect(told(wake(begun, '2026-04-18T00:00:00.000Z'))).toEqual([[end, 'planned', 'task']]);
    expect(told(wake(begun, end))).toEqual([[end, 'done', 'task']]);
  });

  it('without an end keeps it back until somebody ends it', () => {
    const begun = held(null);
    expect(told(begun)).toEqual([[at, 'suspended', 'task']]);
    expect(turnOfTime(begun.invoice, '2026-06-01T00:00:00.000Z').events.map(({ type }) => type)).toEqual([]);
    const freed = after(begun, { name: 'resume', kind: null }, '2026-05-02T08:00:00.000Z');
    expect(told(freed)).toEqual([['2026-05-02T08:00:00.000Z', 'planned', 'task']]);
    expect(told(wake(freed, '2026-05-02T08:00:00.000Z'))).toEqual([
      ['2026-05-02T08:00:00.000Z', 'done', 'task'],
    ]);
  });

  it('that ends ahead of it changes nothing', () => {
    const begun = held('2026-04-15');
    expect(told(wake(begun, '2026-04-16T00:00:00.000Z'))).toEqual([[at, 'planned', 'task']]);
  });
});

describe('a last step that comes later than planned', () => {
  it('moves it: the customer has the days in between all the same', () => {
    // A day without a worker, up to half an hour ahead of the final action.
    const late = wake(wake(story(), '2026-04-01T09:00:00.000Z'), '2026-04-16T10:00:00.000Z');
    expect(told(late)).toEqual([['2026-04-17T10:00:00.000Z', 'planned', 'task']]);
    // Three: the step is not sent any more, and nothing has to be waited for.
    const gone = wake(wake(story(), '2026-04-01T09:00:00.000Z'), '2026-04-18T10:00:00.000Z');
    expect(told(gone)).toEqual([[at, 'done', 'task']]);
  });

  it('moves it also where the reminder itself is put off', () => {
    const by = { quietHours: { from: '20:00', to: '08:00' } };
    const night = wake(wake(story(task, by), '2026-04-01T09:00:00.000Z'), '2026-04-15T22:00:00.000Z');
    expect(night.invoice.reminders.at(-1)?.moved?.to).toBe('2026-04-16T08:00:00.000Z');
    expect(told(night)).toEqual([['2026-04-17T08:00:00.000Z', 'planned', 'task']]);
  });

  it('moves it where a weekend puts the step off from the start', () => {
    const by = of(task, { sendOnWeekends: false });
    const friday = { ...document, reminderSteps: [step({ offsetDays: 3 })] };
    // Saturday, 4 April, so the reminder goes out when Monday begins.
    const { invoice } = openStory(friday, start, by);
    expect(invoice.reminders[0]?.plannedAt).toBe('2026-04-06T00:00:00.000Z');
    expect(invoice.finalActionAt).toBe('2026-04-07T00:00:00.000Z');
  });
});

describe('another plan', () => {
  it('moves it, and one that lies behind altogether has none', () => {
    const begun = story();
    const set = (offsetDays: number, now: string): Invoice =>
      after(
        begun,
        { name: 'setReminders', steps: [step({ offsetDays })], policy: null, followersOnly: false },
        now,
      ).invoice;
    expect(set(30, start).finalActionAt).toBe('2026-05-02T09:00:00.000Z');
    expect(set(3, '2026-04-10T00:00:00.000Z').finalActionAt).toBeNull();
  });

  it('is the old one on an invoice that was paid and is open again', () => {
    const paid = after(story(), pay(), '2026-03-20T00:00:00.000Z');
    const paymentId = paid.invoice.payments[0]?.id ?? null;
    const reverse = { name: 'reversePayment', paymentId, reason: 'bounced' } as const;
    expect(after(paid, reverse, '2026-03-25T00:00:00.000Z').invoice.finalActionAt).toBe(at);
    expect(after(paid, reverse, '2026-04-25T00:00:00.000Z').invoice.finalActionAt).toBeNull();
  });
});

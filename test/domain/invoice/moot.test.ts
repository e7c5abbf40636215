import { type MessageKind, type Status, statuses } from '../../../src/domain/invoice/invoice.ts';
import { messageIsMoot } from '../../../src/domain/invoice/moot.ts';
import { after, draft, open, openStory } from '../given.ts';

describe('a message about to leave', () => {
  const table: Record<MessageKind, Record<Status, string | null>> = {
    receipt: {
      draft: null,
      scheduled: null,
      open: null,
      paid: null,
      void: null,
      uncollectible: null,
      deleted: null,
    },
    invoice: {
      draft: null,
      scheduled: null,
      open: null,
      paid: null,
      void: 'invoice_void',
      uncollectible: null,
      deleted: 'invoice_deleted',
    },
    text2pay: {
      draft: 'not_open',
      scheduled: 'not_open',
      open: null,
      paid: 'not_open',
      void: 'invoice_void',
      uncollectible: 'not_open',
      deleted: 'invoice_deleted',
    },
    reminder: {
      draft: 'not_open',
      scheduled: 'not_open',
      open: null,
      paid: 'not_open',
      void: 'invoice_void',
      uncollectible: 'not_open',
      deleted: 'invoice_deleted',
    },
  };
  const rows = Object.entries(table).flatMap(([kind, row]) =>
    statuses.map((status) => [kind as MessageKind, status, row[status]] as const),
  );
  it.each(rows)('%s × %s: %s', (kind, status, moot) => {
    expect(messageIsMoot(kind, { ...open(draft()), status })).toBe(moot);
  });

  it('that nobody decided on does not go while a hold stands; what a person sends does', () => {
    const hold = { name: 'hold', kind: 'dispute', until: null, note: null } as const;
    const held = after(openStory(draft()), hold).invoice;
    expect(messageIsMoot('reminder', held, true)).toBe('suspended');
    expect(messageIsMoot('reminder', held)).toBeNull();
    expect(messageIsMoot('receipt', held, true)).toBeNull();
    expect(messageIsMoot('reminder', open(draft()), true)).toBeNull();
  });

  it('asks for nothing where nothing is due', () => {
    const free = { subtotal: 0, discountTotal: 0, taxAmount: 0, total: 0, taxes: [] };
    const invoice = { ...open(draft()), totals: free };
    expect(messageIsMoot('reminder', invoice)).toBe('nothing_due');
    expect(messageIsMoot('text2pay', invoice)).toBe('nothing_due');
    expect(messageIsMoot('invoice', invoice)).toBeNull();
  });
});

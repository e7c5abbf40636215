import { changeDraft, checkDraft, readDraft } from '../../../src/domain/invoice/draft.ts';
import type { Draft } from '../../../src/domain/invoice/invoice.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { created, given, must, policy } from '../given.ts';

const minimal = { customerId: 'c1', lineItemsAttributes: [{ rate: 10_000 }] };
const newId = () => 'line-1';
const read = (change: Fields) =>
  readDraft({ ...minimal, ...change }, { currency: 'USD', timeZone: 'UTC', newId });
const readLine = (change: Fields) => read({ lineItemsAttributes: [{ rate: 10_000, ...change }] });
/** The document after what a PATCH names. */
const patched = (draft: Draft, change: Fields) =>
  must(changeDraft(given(created(draft)), change, newId)).draft;
const fault = (answer: Draft | ReturnType<typeof read>) => {
  const refusal = isRejection(answer) ? answer : checkDraft(answer, policy);
  return refusal === null ? ['accepted', undefined] : [refusal.rejected, refusal.pointer];
};

const tenth = { type: 'percentage', value: 10 };
const kept = { type: 'percentage', value: '10', productIds: null };

describe('discounts', () => {
  it.each([
    ['one in short', { discount: tenth }, [kept]],
    [
      'a list',
      { discounts: [tenth, { type: 'fixed', value: 5 }] },
      [kept, { type: 'fixed', value: 5, productIds: null }],
    ],
    ['null', { discount: null }, []],
    ['an empty list', { discounts: [] }, []],
    ['a list beside a null', { discount: null, discounts: [tenth] }, [kept]],
    ['one in short beside a null', { discount: tenth, discounts: null }, [kept]],
    ['nothing', {}, []],
  ])('of a line and of the invoice are read from %s', (_, asked, discounts) => {
    expect(must(read(asked)).discounts).toEqual(discounts);
    expect(must(readLine(asked)).lines[0]?.discounts).toEqual(discounts);
  });

  it('of the invoice may be for some products only', () => {
    const asked = { discount: { ...tenth, productIds: ['a', 'b'] } };
    expect(must(read(asked)).discounts).toEqual([{ ...kept, productIds: ['a', 'b'] }]);
  });

  it.each([
    [{ discount: tenth, discounts: [] }, 'conflicting_fields', '/discount'],
    [{ discount: tenth, discounts: [tenth] }, 'conflicting_fields', '/discount'],
    [{ discount: 10 }, 'invalid_value', '/discount'],
    [{ discount: [tenth] }, 'invalid_value', '/discount'],
    [{ discount: {} }, 'invalid_value', '/discount/type'],
    [{ discount: { type: 'flat', value: 5 } }, 'invalid_value', '/discount/type'],
    [{ discount: { type: 'percentage' } }, 'invalid_value', '/discount/value'],
    [{ discount: { type: 'percentage', value: 100.1 } }, 'invalid_value', '/discount/value'],
    [{ discount: { type: 'percentage', value: -1 } }, 'invalid_value', '/discount/value'],
    [{ discount: { type: 'percentage', value: 1.00001 } }, 'too_many_decimals', '/discount/value'],
    [{ discount: { type: 'percentage', value: Number.NaN } }, 'invalid_value', '/discount/value'],
    [{ discount: { type: 'fixed', value: 1.5 } }, 'invalid_value', '/discount/value'],
    [{ discount: { type: 'fixed', value: '5' } }, 'invalid_value', '/discount/value'],
    [{ discount: { type: 'fixed', value: -1 } }, 'invalid_value', '/discount/value'],
    [{ discount: { type: 'fixed', value: 1e13 } }, 'invalid_value', '/discount/value'],
    [{ discount: { ...tenth, code: 'X' } }, 'unknown_field', '/discount/code'],
    [{ discounts: tenth }, 'invalid_value', '/discounts'],
    [{ discounts: [tenth, { ...tenth, value: 101 }] }, 'invalid_value', '/discounts/1/value'],
    [{ discounts: [tenth, null] }, 'invalid_value', '/discounts/1'],
    [{ discounts: Array.from({ length: 21 }, () => tenth) }, 'invalid_value', '/discounts'],
  ])('%j are refused, on a line too', (asked, code, pointer) => {
    expect(fault(read(asked))).toEqual([code, pointer]);
    expect(fault(readLine(asked))).toEqual([code, `/line_items_attributes/0${pointer}`]);
  });

  it.each([[[]], [[1]], [['']], ['a'], [{}], [Array.from({ length: 501 }, () => 'a')]])(
    'for the products %j are refused',
    (productIds) => {
      expect(fault(read({ discount: { ...tenth, productIds } }))).toEqual([
        'invalid_value',
        '/discount/product_ids',
      ]);
    },
  );

  it('of a line are never for some products', () => {
    expect(fault(readLine({ discount: { ...tenth, productIds: ['a'] } }))).toEqual([
      'unknown_field',
      '/line_items_attributes/0/discount/product_ids',
    ]);
  });
});

describe('taxes', () => {
  it('of the invoice and of a line are rates, and amounts', () => {
    const rate = { name: 'VAT', rate: 20, inclusive: true };
    const stamp = { name: 'Stamp', amount: 7 };
    const asked = {
      taxRates: [{ id: 'rate-1', ...rate }],
      taxes: [stamp],
      lineItemsAttributes: [{ rate: 1, taxRates: [rate], taxes: [stamp], discountable: false }],
    };
    expect(must(read(asked))).toMatchObject({
      taxRates: [{ id: 'rate-1', name: 'VAT', rate: '20', inclusive: true }],
      fixedTaxes: [stamp],
      lines: [{ taxRates: [{ ...rate, rate: '20' }], fixedTaxes: [stamp], discountable: false }],
    });
  });

  it.each([
    [{ taxRates: [{ name: 'VAT' }] }, 'invalid_value', '/tax_rates/0/rate'],
    [{ taxRates: [{ rate: 5 }] }, 'invalid_value', '/tax_rates/0/name'],
    [{ taxRates: [{ name: 'VAT', rate: 101 }] }, 'invalid_value', '/tax_rates/0/rate'],
    [{ taxRates: {} }, 'invalid_value', '/tax_rates'],
    [{ taxRates: [{ name: 'VAT', rate: 5, compound: true }] }, 'unknown_field', '/tax_rates/0/compound'],
    [{ taxes: [{ name: 'Stamp', amount: 0.5 }] }, 'invalid_amount', '/taxes/0/amount_cents'],
  ])('%j are refused, on a line too', (asked, code, pointer) => {
    expect(fault(read(asked))).toEqual([code, pointer]);
    expect(fault(readLine(asked))).toEqual([code, `/line_items_attributes/0${pointer}`]);
  });

  it('of a line have no id', () => {
    expect(fault(readLine({ taxRates: [{ id: 'rate-1', name: 'VAT', rate: 5 }] }))).toEqual([
      'unknown_field',
      '/line_items_attributes/0/tax_rates/0/id',
    ]);
  });

  it('say whether a line may be discounted with a yes or a no', () => {
    expect(fault(readLine({ discountable: 'no' }))).toEqual([
      'invalid_value',
      '/line_items_attributes/0/discountable',
    ]);
  });
});

describe('tips', () => {
  it.each([
    [{}, { enabled: true, percentages: [], allowCustom: true }],
    [
      { enabled: false, percentages: [5, '12.50', 15], allowCustom: false },
      { enabled: false, percentages: ['5', '12.5', '15'], allowCustom: false },
    ],
  ])('%j are read', (asked, tips) => {
    expect(must(read({ tips: asked })).tips).toEqual(tips);
  });

  it.each([
    [5, '/tips'],
    [{ enabled: 1 }, '/tips/enabled'],
    [{ percentages: 5 }, '/tips/percentages'],
    [{ percentages: [5, 101] }, '/tips/percentages/1'],
    [{ percentages: [null] }, '/tips/percentages/0'],
    [{ percentages: Array.from({ length: 11 }, () => 5) }, '/tips/percentages'],
    [{ allowCustom: 'yes' }, '/tips/allow_custom'],
  ])('%j are refused', (tips, pointer) => {
    expect(fault(read({ tips }))).toEqual(['invalid_value', pointer]);
  });

  it('with a field that is none are refused', () => {
    expect(fault(read({ tips: { custom: true } }))).toEqual(['unknown_field', '/tips/custom']);
  });
});

describe('attachments', () => {
  const file = { fileId: 'f1', name: 'a.pdf', type: 'application/pdf', size: 12 };

  it('are references to files', () => {
    expect(must(read({ attachments: [file] })).attachments).toEqual([file]);
  });

  it.each([
    [[{ ...file, fileId: '' }], 'invalid_value', '/attachments/0/file_id'],
    [[{ ...file, name: undefined }], 'invalid_value', '/attachments/0/name'],
    [[{ ...file, size: -1 }], 'invalid_value', '/attachments/0/size'],
    [[{ ...file, url: 'x' }], 'unknown_field', '/attachments/0/url'],
    [Array.from({ length: 21 }, () => file), 'invalid_value', '/attachments'],
    ['f1', 'invalid_value', '/attachments'],
  ])('%j are refused', (attachments, code, pointer) => {
    expect(fault(read({ attachments }))).toEqual([code, pointer]);
  });
});

describe('a change', () => {
  const installments = {
    schedule: [
      { type: 'percentage', value: 50, dueDate: '2026-04-01' },
      { type: 'percentage', value: 50, dueDate: '2026-05-01' },
    ],
  };
  const full = {
    taxRates: [{ name: 'VAT', rate: 20 }],
    taxes: [{ name: 'Stamp', amount: 5 }],
    discount: tenth,
    tips: { percentages: [5] },
    installments,
    earlyPayment: { percentage: 2, days: 10 },
    attachments: [{ fileId: 'f1', name: 'a.pdf' }],
    lineItemsAttributes: [
      {
        rate: 10_000,
        discount: tenth,
        discountable: false,
        taxRates: [{ name: 'VAT', rate: 5 }],
        taxes: [{ name: 'Levy', amount: 1 }],
      },
    ],
  };
  const before = must(read(full));

  it('keeps what it does not name', () => {
    expect(patched(before, { memo: 'x' })).toEqual({ ...before, memo: 'x' });
    expect(patched(before, { lineItemsAttributes: [{ id: 'line-1', description: 'x' }] })).toEqual({
      ...before,
      lines: [{ ...before.lines[0], description: 'x' }],
    });
  });

  it.each([
    ['taxRates', 'taxRates', null],
    ['taxes', 'fixedTaxes', []],
    ['discount', 'discounts', []],
    ['discounts', 'discounts', []],
    ['tips', 'tips', null],
    ['installments', 'installments', null],
    ['earlyPayment', 'earlyPayment', null],
    ['attachments', 'attachments', []],
  ])('takes %s away with a null, and nothing else', (field, key, none) => {
    expect(patched(before, { [field]: null })).toEqual({ ...before, [key]: none });
  });

  it.each([
    ['discount', 'discounts', []],
    ['discountable', 'discountable', true],
    ['taxRates', 'taxRates', null],
    ['taxes', 'fixedTaxes', []],
  ])('takes %s of a line away with a null', (field, key, none) => {
    expect(patched(before, { lineItemsAttributes: [{ id: 'line-1', [field]: null }] }).lines).toEqual([
      { ...before.lines[0], [key]: none },
    ]);
  });

  it('puts what it names in the place of what was there', () => {
    const discounts = [{ type: 'fixed', value: 5 }];
    expect(patched(before, { discounts }).discounts).toEqual([{ type: 'fixed', value: 5, productIds: null }]);
  });

  it('that makes instalments of fixed amounts wrong is refused', () => {
    const fixed = {
      schedule: installments.schedule.map((part) => ({ ...part, type: 'fixed', value: 5000 })),
    };
    const document = must(read({ installments: fixed }));
    expect(fault(document)).toEqual(['accepted', undefined]);
    expect(fault(patched(document, { discount: tenth }))).toEqual([
      'invalid_installments',
      '/installments/schedule',
    ]);
  });
});

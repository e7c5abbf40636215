// The worked example three times over: with nothing sealed, with half of it sealed, and with all of it.
import { type Desk, type Hand, openDesk } from './hand-made.ts';
import { type Example, writeExample } from './worked-example.ts';

export const ways = ['nothing', 'half', 'everything'] as const;
export type Way = (typeof ways)[number];
export type World = { readonly hand: Hand; readonly who: Example };
export type Body = Record<string, unknown>;

export type Worlds = {
  readonly desk: Desk;
  world(way: Way): World;
  /** Throws unless it is answered. */
  ask(hand: Hand, path: string): Promise<Body>;
  close(): Promise<void>;
};

/** Of the same organization's live mode: nothing of this may be seen in its test mode. */
async function writeLive(desk: Desk, hand: Hand, way: Way): Promise<void> {
  const live = await desk.otherMode(hand);
  const zed = await live.customer('Zed', { _id: `zed-${way}` });
  const facts = { customer: zed, issued: '2026-01-05', due: '2026-01-05', total: 99_900, amountDue: 99_900 };
  await live.invoice(`L-${way}`, { ...facts, number: 'INV-0001' });
  await live.post({ invoice: `L-${way}`, customer: zed }, 'issued', '2026-01-05', [
    ['accounts_receivable', 'sales', 99_900],
  ]);
}

export async function openWorlds(wanted: readonly Way[] = ways): Promise<Worlds> {
  const desk = await openDesk();
  const worlds = new Map<Way, World>();
  for (const way of wanted) {
    const hand = await desk.hand(way);
    const who = await writeExample(hand, async () => {
      if (way !== 'nothing') await hand.seal();
    });
    if (way === 'everything') await hand.seal();
    worlds.set(way, { hand, who });
    await writeLive(desk, hand, way);
    const { _id } = hand.organization;
    await desk.store.numberSeries.insertMany([
      { _id: `${_id}:test:TEST-`, last: 6 },
      { _id: `${_id}:live:INV-`, last: 1 },
    ]);
  }
  return {
    desk,
    world: (way) => {
      const found = worlds.get(way);
      if (found === undefined) throw new Error(`No books with ${way} sealed`);
      return found;
    },
    ask: async (hand, path) => (await desk.get(hand.key, path).expect(200)).body as Body,
    close: () => desk.close(),
  };
}

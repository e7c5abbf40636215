import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forget, leaveKey, newStory, recall, remember, type Story } from '../../src/demo/memory.ts';

const told: Story = {
  ...newStory(),
  organization: { id: 'organization', apiKey: 'dw_test_key' },
  invoice: { id: 'invoice', workflowId: 'invoice:organization:invoice' },
  announced: {
    reminded: [
      {
        at: '2026-12-05T14:00:00.000Z',
        kind: 'reminder',
        stepId: 'before_3',
        occurrence: 1,
        amount: null,
        channel: 'email',
      },
    ],
  },
};

describe('the memory of the story', () => {
  let data = '';
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'duewell-demo-'));
  });
  afterEach(() => rm(data, { recursive: true }));

  it('gives back what was kept, and nothing where nothing was', async () => {
    expect(await recall(data)).toBeNull();
    await remember(data, told);
    expect(await recall(data)).toEqual(told);
    await forget(data);
    expect(await recall(data)).toBeNull();
    await expect(forget(data)).resolves.toBeUndefined();
  });

  it('is for its owner alone, and whole after every write', async () => {
    await remember(data, told);
    const { mode } = await stat(join(data, 'demo.json'));
    expect(mode & 0o777).toBe(0o600);
    expect(await readdir(data)).toEqual(['demo.json']);
  });

  it('says what to do about a file that is damaged', async () => {
    await writeFile(join(data, 'demo.json'), '{"id":');
    await expect(recall(data)).rejects.toThrow(/Delete it and run `npm run demo` again/);
  });

  it('leaves the key of the organization for later, readable by its owner alone', async () => {
    const file = await leaveKey(data, 'http://127.0.0.1:3000', told);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      base_url: 'http://127.0.0.1:3000',
      organization_id: 'organization',
      api_key: 'dw_test_key',
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

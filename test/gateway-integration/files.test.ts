// Files: uploaded as they are, read back byte for byte, and refused when they are not what they should be.
import { randomBytes } from 'node:crypto';
import { type Bench, type Body, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const code = (response: { body: unknown }) => (response.body as { code: string }).code;
const bytes = randomBytes(70_000);

test('a file comes back byte for byte, as a download', async () => {
  const made = await bench
    .call('post', '/files')
    .attach('file', bytes, { filename: '../Lieferschein “7”.pdf', contentType: 'application/pdf' })
    .expect(201);
  const file = made.body as Body;
  expect(file).toMatchObject({ name: 'Lieferschein “7”.pdf', type: 'application/pdf', size: 70_000 });
  expect((await bench.call('get', `/files/${String(file['id'])}`).expect(200)).body).toEqual(file);
  const content = await bench
    .call('get', `/files/${String(file['id'])}/content`)
    .buffer(true)
    .expect(200);
  expect(Buffer.compare(content.body as Buffer, bytes)).toBe(0);
  expect(content.headers['content-disposition']).toContain('attachment');
});

test('the same key makes the same file, and another file under it is refused', async () => {
  const put = (content: Buffer) =>
    bench.call('post', '/files').set('Idempotency-Key', 'scan-1').attach('file', content, 'scan.png');
  const first = (await put(bytes).expect(201)).body as Body;
  const again = await put(bytes).expect(201);
  expect(again.body).toEqual(first);
  expect(again.headers['idempotent-replayed']).toBe('true');
  expect(code(await put(randomBytes(10)).expect(422))).toBe('idempotency_mismatch');
});

test('what is no upload of one file is refused', async () => {
  expect(code(await bench.call('post', '/files').send({ file: 'x' }).expect(415))).toBe(
    'unsupported_upload_type',
  );
  const two = bench.call('post', '/files').attach('file', bytes, 'a').attach('file', bytes, 'b');
  expect(code(await two.expect(422))).toBe('duplicate_field');
  expect(code(await bench.call('post', '/files').attach('scan', bytes, 'a').expect(422))).toBe(
    'unknown_field',
  );
  expect(code(await bench.call('post', '/files').attach('file', Buffer.alloc(0), 'a').expect(422))).toBe(
    'invalid_value',
  );
  const broken = bench
    .call('post', '/files')
    .set('Content-Type', 'multipart/form-data; boundary=x')
    .send('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf');
  expect(code(await broken.expect(400))).toBe('malformed_upload');
});

test('a file above 10 MB is refused', async () => {
  const large = bench.call('post', '/files').attach('file', Buffer.alloc(10_000_001), 'large.bin');
  expect(code(await large.expect(413))).toBe('payload_too_large');
});

// Fetches a server's program from its maker. On a network that does not reach the maker this gives up within
// seconds and says so.
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { SingleBar } from 'cli-progress';
import { MongoBinary } from 'mongodb-memory-server-core';
import { z } from 'zod';
import { catalogue, type ServerName } from './catalogue.ts';
import { inScratch, place } from './wheel.ts';

const run = promisify(execFile);
const patience = 5_000;
const stallPatience = 20_000;
const temporalDownloads = 'https://temporal.download';
const mongoDownloads = 'https://fastdl.mongodb.org';

export async function fetchFromVendor(
  server: ServerName,
  destination: string,
  say: (line: string) => void,
): Promise<void> {
  const version = catalogue[server].vendorVersion;
  if (server === 'mongod') await fetchMongod(version, destination, say);
  else await fetchTemporal(server === 'temporal' ? 'cli' : server, version, destination, say);
}

async function fetchMongod(version: string, destination: string, say: (line: string) => void): Promise<void> {
  await reach(mongoDownloads, { method: 'HEAD' });
  say(`MongoDB: downloading ${version} from its maker`);
  await inScratch(destination, async (folder) => {
    const program = await MongoBinary.getPath({ version, downloadDir: folder, checkMD5: true });
    await copyFile(program, join(folder, 'mongod'));
    await place(folder, destination);
  });
}

const downloadInfo = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });

async function fetchTemporal(
  artifact: string,
  version: string,
  destination: string,
  say: (line: string) => void,
): Promise<void> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const query = new URLSearchParams({ arch, platform: process.platform, format: 'tar.gz' });
  const answer = await reach(`${temporalDownloads}/${artifact}/v${version}?${query.toString()}`);
  const info = downloadInfo.parse(await answer.json());
  say(`Temporal: downloading ${artifact} ${version} from its maker`);
  await inScratch(destination, async (folder) => {
    const archive = join(folder, 'archive.tar.gz');
    await download(info.archiveUrl, archive);
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    await run('tar', ['-xzf', archive, '-C', unpacked]);
    await place(unpacked, destination);
  });
}

async function download(url: string, file: string): Promise<void> {
  const response = await reach(url);
  if (response.body === null) throw new Error(`${url} answered without a body`);
  const bar = new SingleBar({ format: '  {bar} {percentage}% of {megabytes} MB', stream: process.stderr });
  const total = Number(response.headers.get('content-length') ?? 0);
  bar.start(total, 0, { megabytes: Math.ceil(total / 1e6) });
  const stalled = new AbortController();
  const limit = setTimeout(() => stalled.abort(), stallPatience);
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      limit.refresh();
      bar.increment(chunk.length);
      done(null, chunk);
    },
  });
  try {
    const sink = createWriteStream(file);
    await pipeline(Readable.fromWeb(response.body), meter, sink, { signal: stalled.signal });
  } finally {
    clearTimeout(limit);
    bar.stop();
  }
}

/** The patience ends when the answer begins, so that a slow line may still download. */
async function reach(url: string, request: RequestInit = {}): Promise<Response> {
  const waiting = new AbortController();
  const limit = setTimeout(() => waiting.abort(), patience);
  try {
    const response = await fetch(url, { ...request, signal: waiting.signal });
    if (!response.ok && request.method !== 'HEAD') throw new Error(`answered ${response.status}`);
    return response;
  } catch (error) {
    throw new Error(`${new URL(url).host} could not be used (${causeOf(error)})`, { cause: error });
  } finally {
    clearTimeout(limit);
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return `no answer in ${patience / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

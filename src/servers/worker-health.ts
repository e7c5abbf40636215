// The health check of a worker's container: whether a worker of this host has said lately that it is able to work.
import { hostname } from 'node:os';
import mongoose from 'mongoose';
import { readConfig } from '../config.ts';
import type { WorkerHeartbeatDocument } from '../store/documents.ts';
import { requireMongoUri } from './profile.ts';

const stale = 15_000;

const connection = await mongoose
  .createConnection(requireMongoUri(readConfig()), { serverSelectionTimeoutMS: 3_000, autoIndex: false })
  .asPromise();
const beats = connection.collection<WorkerHeartbeatDocument>('worker_heartbeats');
const own = await beats.find({ at: { $gt: new Date(Date.now() - stale) } }).toArray();
await connection.close();
process.exit(own.some((beat) => beat._id.startsWith(`${hostname()}:`)) ? 0 : 1);

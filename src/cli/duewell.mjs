#!/usr/bin/env node
// The program `duewell`: runs the command line from its sources, from whatever folder it is called.
import { register } from 'tsx/esm/api';

register();
await import('../cli.ts');

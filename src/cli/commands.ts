// The commands of the command line, in the order of its help. A new one is a file of its own and a line here.
import type { Command } from './command.ts';
import { ledgerVerify } from './ledger-verify.ts';

export const commands: readonly Command[] = [ledgerVerify];

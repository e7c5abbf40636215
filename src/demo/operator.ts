// The operator's side of the story: an update sent to the workflow through Temporal itself, past the gateway.
import { Client, Connection, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Config } from '../config.ts';
import { readTemporalProfile } from '../servers/profile.ts';
import type { Gateway } from './gateway.ts';
import { Away, insist } from './patience.ts';

export type Operator = {
  /** Sends the update; again under the same command id is answered alike. */
  readonly update: (workflowId: string, name: string, commandId: string) => Promise<void>;
  /** Where the Temporal UI shows the workflow; null where nobody said where the UI is. */
  readonly link: (workflowId: string) => Promise<string | null>;
};

/** The same by hand. */
export function cliCommand(address: string, workflowId: string, name: string): string {
  return `temporal workflow update execute --address ${address} --workflow-id ${workflowId} --name ${name} --input '{}'`;
}

const patience = 10_000;

export function createOperator(config: Config, gateway: Gateway): Operator {
  async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { temporal } = await gateway.credentials();
    const named = readTemporalProfile(config);
    // A restart may give the embedded server another port; a server that is named has its own settings.
    const settings = named.address === null ? { address: temporal.address } : named.connection;
    let connection: Connection;
    try {
      connection = await Connection.connect({ ...settings, connectTimeout: patience });
    } catch (error) {
      throw new Away(`Temporal at ${settings.address} does not answer. Is \`npm start\` running?`, {
        cause: error,
      });
    }
    try {
      const client = new Client({ connection, namespace: temporal.namespace });
      return await client.withDeadline(Date.now() + patience, () => work(client));
    } finally {
      await connection.close();
    }
  }

  const update: Operator['update'] = (workflowId, name, commandId) =>
    insist(gateway.patience, () =>
      withClient(async (client) => {
        try {
          await client.workflow.getHandle(workflowId).executeUpdate(name, { args: [{ commandId }] });
        } catch (error) {
          if (error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError) {
            const cause = error.cause instanceof Error ? error.cause.message : error.message;
            throw new Error(`The workflow ${workflowId} refused ${name}: ${cause}`, { cause: error });
          }
          throw new Away(`Temporal did not answer the update ${name}.`, { cause: error });
        }
      }),
    );

  const link: Operator['link'] = async (workflowId) => {
    const { temporal } = await gateway.credentials();
    if (temporal.ui_url === null) return null;
    const run = await insist(gateway.patience, () =>
      withClient(async (client) => {
        const { runId } = await client.workflow.getHandle(workflowId).describe();
        return runId;
      }),
    );
    const path = `namespaces/${temporal.namespace}/workflows/${encodeURIComponent(workflowId)}/${run}/history`;
    return `${temporal.ui_url}/${path}`;
  };

  return { update, link };
}

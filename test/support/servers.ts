// Where tests learn which real servers run for them. A test without its server fails here and says how to get it.

export type TestServer =
  | 'TEST_TEMPORAL_ADDRESS'
  | 'TEST_TEMPORAL_NAMESPACE'
  | 'TEST_MONGODB_URI'
  | 'TEST_TEMPORAL_TEST_SERVER'
  | 'TEST_PRODUCT_CREDENTIALS';

/** The value that the test runner has put into the environment. */
export function required(name: TestServer): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set. Run the tests by \`npm test\`, which starts the servers.`);
  return value;
}

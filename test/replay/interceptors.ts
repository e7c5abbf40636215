// Bundled into the replayed workflows only: tells the test what the details panel says after every activation.
import { getCurrentDetails, proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

export type GoldenSinks = Sinks & { golden: { details(text: string): void } };

export function interceptors(): WorkflowInterceptors {
  const { golden } = proxySinks<GoldenSinks>();
  return {
    internals: [
      {
        concludeActivation(input, next) {
          golden.details(getCurrentDetails());
          return next(input);
        },
      },
    ],
  };
}

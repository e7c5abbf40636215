// A script: writes the parts of the documentation that are made from the code. `npm run docs`.
import { writeGenerated } from './generated-docs.ts';

writeGenerated();

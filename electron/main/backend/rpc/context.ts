/** What a handler of the contract works with. */

import type { Caller } from '../services/lab.ts'
import type { OpenLab } from '../services/open-lab.ts'
import type { Program } from '../services/program.ts'

export type CallContext = OpenLab & { caller: Caller; program: Program }

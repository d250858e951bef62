/** What a handler of the contract works with. */

import type { LabStatusWire } from '../../../../shared/contract/lab.ts'
import type { Caller } from '../services/lab.ts'
import type { OpenLab } from '../services/open-lab.ts'

/** The parts of `lab.status` that only the composition root knows. */
export type ProgramFacts = Pick<LabStatusWire, 'version' | 'dataDir' | 'urls'>

export type CallContext = OpenLab & { caller: Caller; facts: ProgramFacts }

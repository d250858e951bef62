/** How busy the lab was and how well it went. */

import type { insightMethods } from '../../../../shared/contract/insights.ts'
import { activityFigures, flowFigures } from '../services/insights.ts'
import { predictionAccuracy } from '../services/predictions.ts'
import type { Handlers } from './handlers.ts'

export const insightHandlers: Handlers<keyof typeof insightMethods> = {
  'insights.activity': ({ edges }, { lab }) => activityFigures(lab, edges.map(asDate)),
  'insights.flow': ({ edges }, { lab }) => flowFigures(lab.database.db, edges.map(asDate)),
  'insights.accuracy': ({ from, to }, { lab }) => predictionAccuracy(lab.database.db, asDate(from), asDate(to)),
}

function asDate(time: string): Date {
  return new Date(time)
}

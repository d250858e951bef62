/** Which format of logs a client asks for. */

import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { type LogFormat, logFormats, writing } from '../services/log-formats.ts'
import type { RestEnv } from './context.ts'

/** The format asked for: the parameter wins over the `Accept` header; whoever wants neither gets JSON. */
export function formatOf(c: Context<RestEnv>, asked: LogFormat | undefined): LogFormat {
  if (asked) return asked
  const supports = logFormats.map((format) => writing[format].mediaType)
  const wanted = accepts(c, { header: 'Accept', supports, default: writing.json.mediaType })
  return logFormats.find((format) => writing[format].mediaType === wanted) ?? 'json'
}

/** All tables and relations, as Drizzle wants them: one object. */

export * from './devices.ts'
export * from './estimates.ts'
export * from './history.ts'
export * from './settings.ts'
export * from './workflows.ts'

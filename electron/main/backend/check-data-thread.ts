/** A thread of its own for opening a copy of the data, which would hold up the lab's for a second or longer. */

import { parentPort, Worker, workerData } from 'node:worker_threads'
import { checkData, type LabContents } from './database/check-data.ts'

type Task = { folder: string; migrationsFolder: string }
type Outcome = { contents: LabContents } | { problem: string }

if (parentPort && (workerData as Partial<Task> | null)?.folder) await answer(workerData as Task)

async function answer({ folder, migrationsFolder }: Task): Promise<void> {
  const outcome: Outcome = await checkData(folder, migrationsFolder).then(
    (contents) => ({ contents }),
    (error: unknown) => ({ problem: error instanceof Error ? error.message : String(error) }),
  )
  parentPort?.postMessage(outcome)
}

/** @param file this very file, built */
export async function checkInThread(file: string, task: Task): Promise<LabContents> {
  const thread = new Worker(file, { workerData: task, name: 'check' })
  const outcome = await new Promise<Outcome>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`the check ended with code ${code}`)))
  })
  await thread.terminate()
  if ('problem' in outcome) throw new Error(outcome.problem)
  return outcome.contents
}

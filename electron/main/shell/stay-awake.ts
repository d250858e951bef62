/** Keeps the computer from falling asleep while something runs on the bench; its screen may go dark. */

import { powerSaveBlocker } from 'electron'

export function createStayAwake(): (isActive: boolean) => void {
  let blocker: number | undefined
  return (isActive) => {
    if (isActive) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  }
}

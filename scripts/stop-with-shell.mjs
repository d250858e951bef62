/** Makes `kill` on npm reach what npm runs. */

/**
 * npm runs a script through a shell. Told to stop, npm tells the shell, which ends without a word to us: losing the parent is that word.
 * Windows has no such signals.
 */
export function stopWithShell() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}

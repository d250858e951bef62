/** Notifications of the desktop: a run failed, or a person is needed. */

import { Notification } from 'electron'

// Held until they are gone: a notification that is collected as garbage forgets its click.
const shown = new Set<Notification>()

export function notify({ title, body }: { title: string; body: string }, clicked: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body, urgency: 'critical' })
  shown.add(notification)
  const forget = () => shown.delete(notification)
  notification.on('click', () => {
    forget()
    clicked()
  })
  notification.on('close', forget)
  notification.on('failed', forget)
  notification.show()
}

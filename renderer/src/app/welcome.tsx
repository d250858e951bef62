/** Stands in until there are screens: says what runs, and where the services explain themselves. */

// The default ports: a page that came from a file or from the UI port cannot know others before it has a way to ask.
const services = [
  { name: 'Device service', does: 'devices, bookings, queues, execution logs', port: 5001 },
  { name: 'Workflow service', does: 'workflows, samples', port: 5002 },
]

export function Welcome({ servedByLab }: { servedByLab: boolean }) {
  return (
    <main>
      <h1>Benchkeeper</h1>
      <p className="status">{servedByLab ? 'The lab is running.' : 'This window does not run a lab yet. Start one with “npm start”.'}</p>
      <p>
        It has no screens yet; they come with a later version. {servedByLab ? 'Everything' : 'Everything a running lab offers'} is open to
        scripts through two REST services, each with its own documentation:
      </p>
      <ul>
        {services.map(({ name, does, port }) => (
          <li key={port}>
            <a href={`http://127.0.0.1:${port}/docs`} target="_blank" rel="noreferrer">
              {name}
            </a>
            <span>{does}</span>
            <code>http://127.0.0.1:{port}</code>
          </li>
        ))}
      </ul>
      <p className="note">A lab that was started with other ports names them in the line that starts with “ready”.</p>
    </main>
  )
}

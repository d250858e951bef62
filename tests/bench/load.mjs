/** Requests from a thread of its own, so that the client's work is not counted as the program's. One connection a client, kept alive. */

import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * @typedef {{ method: string, url: string, body?: unknown }} Step
 * @type {{ clients: Step[][][] }} for each client its rounds, for each round its requests, one after another
 */
const { clients } = workerData

const began = performance.now()
const perClient = await Promise.all(clients.map(run))
parentPort?.postMessage({ milliseconds: perClient.flat(), elapsed: performance.now() - began })

/** @param {Step[][]} rounds */
async function run(rounds) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const milliseconds = []
  for (const round of rounds) {
    const start = performance.now()
    for (const step of round) await send(agent, step)
    milliseconds.push(performance.now() - start)
  }
  agent.destroy()
  return milliseconds
}

/** @param {Agent} agent @param {Step} step */
function send(agent, { method, url, body }) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
    const sent = request(url, { method, agent, headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode && response.statusCode < 400 ? resolve(undefined) : reject(new Error(`${url}: ${response.statusCode}`)),
      )
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

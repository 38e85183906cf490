/**
 * What messages cost on the wire, estimated from their number and their lengths: what a SIM's plan counts is below MQTT, where
 * a program does not see it. Each packet is taken to travel alone, so that this errs upwards when several share a segment.
 */

/** IP and TCP, with its timestamps; also a bare acknowledgement of TCP */
const segmentBytes = 52
/** around each record of TLS 1.3 */
const tlsRecordBytes = 22

/** Before the first packet: TCP's three segments; with TLS a full handshake, both sides with certificates. */
const tcpOpeningBytes = 3 * segmentBytes
const tlsOpeningBytes = 5_000

/** PUBACK with its fixed header, without a reason */
const pubackBytes = 4
/** fixed header, the topic's length, packet number, the properties' length, an alias or what else is always there */
const publishHeaderBytes = 12

export type Direction = 'out' | 'in'

/** Of one MQTT packet, on its way out or in; the peer's bare acknowledgement by TCP is counted with what comes in. */
export function packetCost(mqttBytes: number, direction: Direction, tls: boolean): number {
  const wrapping = segmentBytes + (tls ? tlsRecordBytes : 0)
  return mqttBytes + wrapping + (direction === 'in' ? segmentBytes : 0)
}

export function openingCost(tls: boolean): number {
  return tcpOpeningBytes + (tls ? tlsOpeningBytes : 0)
}

/** Of the PUBLISH packet alone, without what wraps it. */
export function publishBytes(topicBytes: number, payloadBytes: number): number {
  return publishHeaderBytes + topicBytes + payloadBytes
}

/** Of a message with its acknowledgement, both ways: what a record takes from a plan, and from a paced link. */
export function messageCost(topicBytes: number, payloadBytes: number, tls: boolean): number {
  return packetCost(publishBytes(topicBytes, payloadBytes), 'out', tls) + packetCost(pubackBytes, 'in', tls)
}

import { ErrorWithReasonCode } from 'mqtt'
import { expect, test } from 'vitest'
import { classify, connectFault, disconnectFault, publishFault } from './faults.ts'

const coded = (code: string, message = code) => Object.assign(new Error(message), { code })
const alert = (number: number) =>
  coded(
    'EPROTO',
    `write EPROTO 80:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../rec_layer_s3.c:1601:SSL alert number ${number}\n`,
  )

test.each([
  [coded('ENOTFOUND'), 'BROKER_NOT_FOUND'],
  [coded('EAI_AGAIN'), 'BROKER_NOT_FOUND'],
  [coded('ECONNREFUSED'), 'BROKER_UNREACHABLE'],
  [coded('EHOSTUNREACH'), 'BROKER_UNREACHABLE'],
  [new Error('connack timeout'), 'BROKER_UNREACHABLE'],
  [new Error('Keepalive timeout'), 'BROKER_UNREACHABLE'],
  [coded('ECONNRESET'), 'BROKER_CLOSED'],
  [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'BROKER_TLS_UNTRUSTED'],
  [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'BROKER_TLS_UNTRUSTED'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'BROKER_TLS_WRONG_NAME'],
  [coded('CERT_HAS_EXPIRED'), 'BROKER_TLS_EXPIRED'],
  [coded('CERT_NOT_YET_VALID'), 'BROKER_TLS_NOT_YET_VALID'],
  [alert(48), 'BROKER_TLS_CLIENT_CERTIFICATE'],
  [alert(116), 'BROKER_TLS_CLIENT_CERTIFICATE'],
  [alert(70), 'BROKER_PROTOCOL'],
  [new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), 'BROKER_UNREACHABLE'],
  [new ErrorWithReasonCode('Connection refused', 5), 'BROKER_REFUSED_LOGIN'],
  [new Error('Invalid header flag bits'), 'BROKER_PROTOCOL'],
])('%s is %s', (error, code) => {
  expect(classify(error, 'broker:1883')).toMatchObject({ code, where: 'broker:1883' })
})

test('of OpenSSL’s line only the reason is told', () => {
  expect(classify(alert(48), 'broker:8883').detail).toBe('tlsv1 alert unknown ca')
})

test('the same reason means another thing in another packet', () => {
  expect([connectFault, publishFault, disconnectFault].map((faultOf) => faultOf(0x87))).toEqual([
    'BROKER_REFUSED_LOGIN',
    'BROKER_NOT_AUTHORISED',
    'BROKER_NOT_AUTHORISED',
  ])
  expect([connectFault(2), connectFault(3), connectFault(0x97)]).toEqual([
    'BROKER_REFUSED_CLIENT_ID',
    'BROKER_BUSY',
    'BROKER_QUOTA',
  ])
  expect([publishFault(0x97), publishFault(0x99)]).toEqual(['BROKER_QUOTA', 'BROKER_REFUSED_MESSAGE'])
  expect([disconnectFault(0x8e), disconnectFault(0x8b), disconnectFault(0x82)]).toEqual([
    'BROKER_CLIENT_ID_TAKEN',
    'BROKER_BUSY',
    'BROKER_PROTOCOL',
  ])
})

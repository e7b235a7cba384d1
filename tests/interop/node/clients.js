// The Node clients, unchanged, on a connection to the emulator that comes in through standard input.
'use strict';

const fs = require('fs');

const { CertificateCloudCredentials } = require('azure-common');
const { createComputeManagementClient } = require('azure-asm-compute');
const { createManagementClient } = require('azure-asm-mgmt');
const { createNetworkManagementClient } = require('azure-asm-network');
const { createStorageManagementClient } = require('azure-asm-storage');

const MAKERS = {
  compute: createComputeManagementClient,
  management: createManagementClient,
  network: createNetworkManagementClient,
  storage: createStorageManagementClient,
};

function connected(connection) {
  const credentials = new CertificateCloudCredentials({
    subscriptionId: connection.subscription_id,
    pem: fs.readFileSync(connection.cert_file, 'utf8'),
  });
  return Object.fromEntries(
    Object.entries(MAKERS).map(([name, make]) => {
      const client = make(credentials, connection.base_url);
      // Half a minute otherwise: the emulator's operations take no time here.
      client.longRunningOperationInitialTimeout = 0;
      client.longRunningOperationRetryTimeout = 0;
      return [name, client];
    }),
  );
}

let waiting = '';

// "compute.hostedServices.create" as a promise; what was answered is noted in `answered`.
function caller(clients, answered) {
  return (name, ...values) => {
    const parts = name.split('.');
    const method = parts.pop();
    const owner = parts.reduce((found, part) => found[part], clients);
    waiting = name;
    return new Promise((resolve, reject) => {
      const stream = owner[method](...values, (error, answer) => {
        if (error) {
          error.message = `${name}: ${error.statusCode} ${error.message} ${error.body || ''}`;
          reject(error);
          return;
        }
        answered.push(name);
        resolve(answer);
      });
      // A POST without a body waits for one to be written into the stream that it returns.
      stream.end();
    });
  };
}

// Takes steps with the clients, and tells on standard output what was answered and what was seen.
async function run(steps) {
  const answered = [];
  const given = JSON.parse(fs.readFileSync(0, 'utf8'));
  const call = caller(connected(given.connection), answered);
  const refused = async (...asked) => {
    const error = await call(...asked).then(
      () => { throw new Error(`${asked[0]} was not refused`); },
      (found) => found,
    );
    if (!error.statusCode) throw error;
    return { status: error.statusCode, code: error.code };
  };
  // A client that forgets to call back would let the program end without a word.
  const forgotten = () => {
    process.stderr.write(`${waiting} never answered\n`);
    process.exitCode = 1;
  };
  process.once('beforeExit', forgotten);
  const seen = await steps(call, refused, given);
  process.off('beforeExit', forgotten);
  process.stdout.write(JSON.stringify({ answered: [...new Set(answered)].sort(), seen }));
}

module.exports = {
  run: (steps) => run(steps).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }),
};

// Storage accounts from the question whether a name is free to the deletion.
'use strict';

const { run } = require('./clients');

run(async (call, refused) => {
  const seen = {};
  const accounts = 'storage.storageAccounts';
  seen.free = (await call(`${accounts}.checkNameAvailability`, 'nodedata')).isAvailable;
  await call(`${accounts}.create`, {
    name: 'nodedata', label: 'data & more', description: 'of node', location: 'West US',
    accountType: 'Standard_LRS', extendedProperties: { team: 'blue' },
  });
  seen.taken = await call(`${accounts}.checkNameAvailability`, 'nodedata');
  seen.again = await refused(`${accounts}.beginCreating`, {
    name: 'nodedata', label: 'x', location: 'West US',
  });
  seen.created = (await call(`${accounts}.get`, 'nodedata')).storageAccount;
  const before = await call(`${accounts}.getKeys`, 'nodedata');
  const after = await call(`${accounts}.regenerateKeys`, { name: 'nodedata', keyType: 'Primary' });
  seen.keys = [before.primaryKey !== after.primaryKey, before.secondaryKey === after.secondaryKey];
  await call(`${accounts}.update`, 'nodedata', {
    description: 'moved', accountType: 'Standard_GRS',
  });
  seen.listed = (await call(`${accounts}.list`)).storageAccounts;
  await call(`${accounts}.deleteMethod`, 'nodedata');
  seen.gone = await refused(`${accounts}.get`, 'nodedata');
  return seen;
});

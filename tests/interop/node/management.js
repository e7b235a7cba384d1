// Locations, role sizes, the subscription, affinity groups and management certificates.
'use strict';

const { run } = require('./clients');

run(async (call, refused, given) => {
  const seen = {};
  const { locations } = await call('management.locations.list');
  seen.west = locations.find((one) => one.name === 'West US').availableServices;
  const { roleSizes } = await call('management.roleSizes.list');
  seen.small = roleSizes.find((one) => one.name === 'Small');
  seen.subscription = await call('management.subscriptions.get');

  await call('management.affinityGroups.create', {
    name: 'near', label: 'Near & dear', description: 'a group', location: 'West US',
  });
  seen.again = await refused('management.affinityGroups.create', {
    name: 'near', label: 'near', location: 'West US',
  });
  seen.created = await call('management.affinityGroups.get', 'near');
  await call('management.affinityGroups.update', 'near', { label: 'Nearer', description: 'moved' });
  seen.groups = (await call('management.affinityGroups.list')).affinityGroups;
  await call('management.affinityGroups.deleteMethod', 'near');
  seen.gone = await refused('management.affinityGroups.get', 'near');

  const certificates = 'management.managementCertificates';
  const [own] = (await call(`${certificates}.list`)).subscriptionCertificates;
  seen.thumbprint = own.thumbprint;
  // As recorded it is made with a 201, for which this client has an error: it wants a 200.
  seen.making = await refused(`${certificates}.create`, {
    publicKey: Buffer.from(given.public_key, 'base64'),
    thumbprint: given.thumbprint,
    data: Buffer.from(given.certificate, 'base64'),
  });
  seen.added = await call(`${certificates}.get`, given.thumbprint);
  await call(`${certificates}.deleteMethod`, given.thumbprint);
  const hour = 3600 * 1000;
  const { subscriptionOperations } = await call('management.subscriptions.listOperations', {
    startTime: new Date(Date.now() - hour), endTime: new Date(Date.now() + hour),
  });
  seen.operations = subscriptionOperations.map((one) => one.operationName);
  await call(`${certificates}.deleteMethod`, own.thumbprint);
  seen.locked = await refused('management.locations.list');
  return seen;
});

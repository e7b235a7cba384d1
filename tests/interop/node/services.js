// Hosted services, and the certificates and extensions in them.
'use strict';

const { run } = require('./clients');

run(async (call, refused, given) => {
  const seen = {};
  const services = 'compute.hostedServices';
  seen.free = (await call(`${services}.checkNameAvailability`, 'nodeweb')).isAvailable;
  await call(`${services}.create`, {
    serviceName: 'nodeweb', label: 'front & end', description: 'of node', location: 'West US',
    extendedProperties: { team: 'blue' },
  });
  seen.again = await refused(`${services}.create`, {
    serviceName: 'nodeweb', label: 'x', location: 'West US',
  });
  seen.created = await call(`${services}.get`, 'nodeweb');
  await call(`${services}.update`, 'nodeweb', { label: 'front', description: 'moved' });
  seen.detailed = await call(`${services}.getDetailed`, 'nodeweb');
  seen.listed = (await call(`${services}.list`)).hostedServices;

  const certificates = 'compute.serviceCertificates';
  await call(`${certificates}.create`, 'nodeweb', {
    data: Buffer.from(given.certificate, 'base64'), certificateFormat: 'cer',
  });
  seen.certificates = (await call(`${certificates}.list`, 'nodeweb')).certificates
    .map((one) => one.thumbprint);
  const which = {
    serviceName: 'nodeweb', thumbprintAlgorithm: 'sha1', thumbprint: given.thumbprint,
  };
  await call(`${certificates}.get`, which);
  await call(`${certificates}.deleteMethod`, which);
  seen.lost = await refused(`${certificates}.get`, which);

  const systems = await call('compute.operatingSystems.list');
  seen.system = systems.operatingSystems[0];
  const families = await call('compute.operatingSystems.listFamilies');
  seen.families = families.operatingSystemFamilies.map((one) => one.name);

  await call(`${services}.deleteMethod`, 'nodeweb');
  seen.gone = await refused(`${services}.get`, 'nodeweb');
  await call(`${services}.create`, {
    serviceName: 'nodeweb', label: 'again', location: 'West US',
  });
  await call(`${services}.deleteAll`, 'nodeweb');
  seen.left = (await call(`${services}.list`)).hostedServices;
  return seen;
});

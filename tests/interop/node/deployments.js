// Deployments of packages: both slots, a swap, changes, updates, instances, the deletion.
'use strict';

const { run } = require('./clients');

const SCHEMA = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration';
const PACKAGE = 'https://nodedata.blob.core.windows.net/packages/web.cspkg';
const configured = (count) => `<ServiceConfiguration serviceName="s" xmlns="${SCHEMA}" `
  + `osFamily="4" osVersion="*"><Role name="Web"><Instances count="${count}" /></Role>`
  + '</ServiceConfiguration>';
const deployed = (name, count) => ({
  name, packageUri: PACKAGE, label: `${name} label`, configuration: configured(count),
  startDeployment: true, treatWarningsAsError: false, extendedProperties: { team: 'blue' },
});

run(async (call, refused) => {
  const seen = {};
  const at = 'compute.deployments';
  const names = async (name) => (await call(`${at}.getByName`, 'nodeweb', name))
    .roleInstances.map((one) => one.instanceName);

  await call('compute.hostedServices.create', {
    serviceName: 'nodeweb', label: 'front', location: 'West US',
  });
  await call(`${at}.create`, 'nodeweb', 'Production', deployed('blue', 2));
  await call(`${at}.create`, 'nodeweb', 'Staging', deployed('green', 1));
  seen.again = await refused(`${at}.create`, 'nodeweb', 'Staging', deployed('green', 1));
  seen.blue = await call(`${at}.getBySlot`, 'nodeweb', 'Production');
  await call(`${at}.swap`, 'nodeweb', {
    productionDeployment: 'blue', sourceDeployment: 'green',
  });
  seen.swapped = (await call(`${at}.getBySlot`, 'nodeweb', 'Production')).name;

  await call(`${at}.changeConfigurationByName`, 'nodeweb', 'green', {
    configuration: configured(3), mode: 'Auto',
  });
  seen.more = await names('green');
  await call(`${at}.deleteRoleInstanceByDeploymentName`, 'nodeweb', 'green', { name: ['Web_IN_2'] });
  seen.fewer = await names('green');
  await call(`${at}.rebootRoleInstanceByDeploymentName`, 'nodeweb', 'green', 'Web_IN_0');
  await call(`${at}.reimageRoleInstanceByDeploymentSlot`, 'nodeweb', 'Production', 'Web_IN_0');

  await call(`${at}.upgradeBySlot`, 'nodeweb', 'Production', {
    mode: 'Auto', packageUri: PACKAGE, configuration: configured(2), label: 'next', force: false,
  });
  seen.upgraded = (await call(`${at}.getByName`, 'nodeweb', 'green')).label;
  await call(`${at}.updateStatusByDeploymentName`, 'nodeweb', 'green', { status: 'Suspended' });
  seen.suspended = (await call(`${at}.getByName`, 'nodeweb', 'green')).status;

  await call(`${at}.deleteByName`, 'nodeweb', 'green', false);
  await call(`${at}.deleteBySlot`, 'nodeweb', 'Staging');
  seen.gone = await refused(`${at}.getByName`, 'nodeweb', 'green');
  await call('compute.hostedServices.deleteMethod', 'nodeweb');
  return seen;
});

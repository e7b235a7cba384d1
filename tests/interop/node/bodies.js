// Descriptions that several scripts need.
'use strict';

const UBUNTU = 'b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB';
const STORE = 'https://nodedata.blob.core.windows.net/vhds';

// A Linux machine with one port open.
const machine = (name, more = {}) => ({
  roleName: name,
  roleType: 'PersistentVMRole',
  roleSize: 'Small',
  configurationSets: [
    {
      configurationSetType: 'LinuxProvisioningConfiguration',
      hostName: name,
      userName: 'azureuser',
      userPassword: 'Secret-123',
      disableSshPasswordAuthentication: false,
    },
    {
      configurationSetType: 'NetworkConfiguration',
      inputEndpoints: [{ name: 'ssh', protocol: 'tcp', port: 22, localPort: 22 }],
    },
  ],
  oSVirtualHardDisk: { mediaLink: `${STORE}/${name}.vhd`, sourceImageName: UBUNTU },
  ...more,
});

module.exports = { STORE, UBUNTU, machine };

"""Control of supervisord: its configuration, program files, XML-RPC, events and logs."""

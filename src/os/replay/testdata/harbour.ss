u_str LISTEN     0      511    /run/db/.s.PGSQL.5432 4728660                  * 0       users:(("MainThread",pid=8,fd=23)) <-> ino:9 dev:0/41 peers:                                        
u_str LISTEN     0      511      /run/shop/shop.sock 4732411                  * 0       users:(("MainThread",pid=15,fd=22)) <-> ino:11 dev:0/41 peers:                                      
u_str ESTAB      0      0                          * 4732416                  * 4728674 users:(("MainThread",pid=15,fd=26)) <->                                                             
u_str ESTAB      0      0      /run/db/.s.PGSQL.5432 4728674                  * 4732416 users:(("MainThread",pid=8,fd=26)) <-> ino:9 dev:0/41                                               
u_str LISTEN     0      511            @shop-control 4732412                  * 0       users:(("MainThread",pid=15,fd=23)) <-> peers:                                                      
udp   ESTAB      0      0                 192.0.2.10:40007           192.0.2.99:53      users:(("MainThread",pid=30,fd=22)) ino:4732459 sk:b0d16 cgroup:/ <->                               
udp   UNCONN     0      0                    0.0.0.0:53                 0.0.0.0:*       users:(("MainThread",pid=30,fd=20)) ino:4732457 sk:b0d17 cgroup:/ <->                               
udp   UNCONN     0      0                       [::]:53                    [::]:*       users:(("MainThread",pid=30,fd=21)) ino:4732458 sk:b0d18 cgroup:/ v6only:1 <->                      
tcp   LISTEN     0      5                    0.0.0.0:3000               0.0.0.0:*       users:(("sleep",pid=22,fd=3),("MainThread",pid=15,fd=21)) uid:1000 ino:4732410 sk:b0d19 cgroup:/ <->
tcp   LISTEN     0      511                127.0.0.1:5432               0.0.0.0:*       users:(("MainThread",pid=8,fd=21)) uid:70 ino:4728658 sk:b0d1a cgroup:/ <->                         
tcp   ESTAB      0      0                  127.0.0.1:5432             127.0.0.1:40001   users:(("MainThread",pid=8,fd=24)) uid:70 ino:4728672 sk:b0d1b cgroup:/ <->                         
tcp   ESTAB      0      0                  127.0.0.1:40003            127.0.0.1:8080    users:(("MainThread",pid=23,fd=23)) ino:4732434 sk:b0d1c cgroup:/ <->                               
tcp   SYN-SENT   0      1                 192.0.2.10:40006           192.0.2.99:443     users:(("MainThread",pid=23,fd=27)) timer:(on,884ms,0) ino:4732441 sk:b0d1d cgroup:/ <->            
tcp   TIME-WAIT  0      0                  127.0.0.1:40005            127.0.0.1:9000    timer:(timewait,59sec,0) ino:0 sk:b0d1e                                                             
tcp   CLOSE-WAIT 0      0                  127.0.0.1:5432             127.0.0.1:40002   users:(("MainThread",pid=8,fd=25)) uid:70 ino:4728673 sk:b0d1f cgroup:/ -->                         
tcp   ESTAB      0      0                  127.0.0.1:40001            127.0.0.1:5432    users:(("MainThread",pid=15,fd=24)) uid:1000 ino:4732414 sk:b0d20 cgroup:/ <->                      
tcp   FIN-WAIT-2 0      0                  127.0.0.1:40002            127.0.0.1:5432    users:(("MainThread",pid=15,fd=25)) uid:1000 ino:4732415 sk:b0d21 cgroup:/ <--                      
tcp   LISTEN     0      511                        *:8080                     *:*       users:(("MainThread",pid=23,fd=21)) ino:4732432 sk:b0d22 cgroup:/ v6only:0 <->                      
tcp   LISTEN     0      511                    [::1]:5432                  [::]:*       users:(("MainThread",pid=8,fd=22)) uid:70 ino:4728659 sk:b0d23 cgroup:/ v6only:1 <->                
tcp   LISTEN     0      511                     [::]:8443                  [::]:*       users:(("MainThread",pid=23,fd=22)) ino:4732433 sk:b0d24 cgroup:/ v6only:1 <->                      
tcp   ESTAB      0      0                      [::1]:40004                [::1]:8080    users:(("MainThread",pid=23,fd=25)) ino:4732436 sk:b0d25 cgroup:/ <->                               
tcp   ESTAB      0      0         [::ffff:127.0.0.1]:8080    [::ffff:127.0.0.1]:40003   users:(("MainThread",pid=23,fd=24)) ino:4732435 sk:b0d26 cgroup:/ <->                               
tcp   ESTAB      0      0                      [::1]:8080                 [::1]:40004   users:(("MainThread",pid=23,fd=26)) ino:4732437 sk:b0d27 cgroup:/ <->                               
--- blue
udp UNCONN 0      0           0.0.0.0:68 0.0.0.0:* users:(("MainThread",pid=37,fd=22)) ino:4728695 sk:b0d28 cgroup:unreachable:1 <->
tcp LISTEN 0      511    198.51.100.2:80 0.0.0.0:* users:(("MainThread",pid=37,fd=21)) ino:4728694 sk:b0d29 cgroup:unreachable:1 <->

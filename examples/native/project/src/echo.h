/* An echo travels down and up again. */
#ifndef ECHO_H
#define ECHO_H

#define ECHO_WAYS 2.0

#endif

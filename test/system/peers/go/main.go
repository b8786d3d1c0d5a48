// The peer service in Go with otelhttp. It responds to GET /?next=URL with the body of that URL.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os/signal"
	"syscall"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	// The backend, the service's name and the delay of a batch come from the environment.
	exporter, err := otlptracehttp.New(ended)
	if err != nil {
		log.Fatal(err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{},
		propagation.Baggage{},
	))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	server := &http.Server{Handler: otelhttp.NewHandler(handler(client), "peer")}
	go server.Serve(listener)
	fmt.Printf("listening on http://%s\n", listener.Addr())

	<-ended.Done()
	server.Close()
	provider.Shutdown(context.Background())
}

func handler(client *http.Client) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		next, err := http.NewRequestWithContext(request.Context(), http.MethodGet, request.URL.Query().Get("next"), nil)
		if err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		upstream, err := client.Do(next)
		if err != nil {
			http.Error(response, err.Error(), http.StatusBadGateway)
			return
		}
		defer upstream.Body.Close()
		io.Copy(response, upstream.Body)
	}
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>Keeps the API document true: roles, headers, examples and value types come from the routes themselves.</summary>
internal static class OpenApiDocument
{
    public static void Add(IServiceCollection services, string service, Text title) => services.AddOpenApi(service, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = $"{title.Zh} / {title.En}", Version = "1" };
            document.Servers?.Clear();
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["keycloak"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "Access token of the realm civil-affairs" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<RouteRoles>().LastOrDefault() is { } roles)
            {
                operation.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal);
                operation.Extensions["x-roles"] = new JsonNodeExtension(new JsonArray([.. roles.Roles.Select(r => JsonValue.Create(r))]));
                operation.Security = [new() { [new OpenApiSecuritySchemeReference("keycloak", context.Document)] = [] }];
            }

            if (metadata.OfType<CommandRoute>().LastOrDefault() is { } command)
            {
                Header(operation, Acts.IdempotencyKey, "同一请求只办理一次 / The same key and body get the same answer, once carried out", required: command.Example is not null);
                Header(operation, Acts.OccurredOn, "历史补录:办理日期 yyyy-MM-dd / Day of the act; only for role historic-entry", required: false);
                Header(operation, Acts.PurposeHeader, "办理目的(百分号编码)/ Purpose, percent-encoded when not ASCII", required: false);
                if (!command.Opens)
                {
                    Header(operation, "If-Match", "读取时的版本 / ETag as read; 412 when the case has moved on", required: false);
                }

                if (command.Example is { } example && operation.RequestBody?.Content?.Values.FirstOrDefault() is { } body)
                {
                    body.Example = JsonSerializer.SerializeToNode(example, example.GetType(), Json.Plain);
                }
            }

            if (operation.Responses?.GetValueOrDefault("503") is OpenApiResponse busy)
            {
                busy.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
                busy.Headers["Retry-After"] = new OpenApiHeader { Description = "多少秒后重试 / Seconds after which to try again", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (CheckedValueConverterFactory.IsValue(type))
            {
                var (pattern, description) = ((string, string))type.GetProperty(nameof(IValue<>.Shape))!.GetValue(null)!;
                (schema.Type, schema.Pattern, schema.Description) = (JsonSchemaType.String, pattern, description);
            }
            else if (type == typeof(Money))
            {
                (schema.Type, schema.Description) = (JsonSchemaType.Number, "Yuan, at most two decimals");
            }

            return Task.CompletedTask;
        });
    });

    private static void Header(OpenApiOperation operation, string name, string description, bool required)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Header, Required = required, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }
}
